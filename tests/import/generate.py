#!/usr/bin/env python3
"""Writes the documents of the corpus that are not plain text: python3 tests/import/generate.py

Needs python-docx and LibreOffice (soffice). The documents are kept in the repository; this script tells how they were
made. All bodies that are not public ones, all people and all texts are invented.
"""

import email.message
import email.policy
import html
import pathlib
import subprocess
import tempfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

HERE = pathlib.Path(__file__).parent / "corpus"
# A document is a list of blocks: ("h", level, text), ("p", text), ("b", bold lead, text), ("li", text), ("n", text),
# ("t", rows), ("deleted", text), ("page",).


def write_docx(path, blocks):
    document = docx.Document()
    document.core_properties.title = ""
    for block in blocks:
        kind, rest = block[0], block[1:]
        if kind == "h":
            document.add_heading(rest[1], rest[0])
        elif kind == "p":
            document.add_paragraph(rest[0])
        elif kind == "b":
            paragraph = document.add_paragraph()
            paragraph.add_run(rest[0]).bold = True
            paragraph.add_run(rest[1])
        elif kind == "li":
            document.add_paragraph(rest[0], style="List Bullet")
        elif kind == "n":
            document.add_paragraph(rest[0], style="List Number")
        elif kind == "page":
            document.add_page_break()
        elif kind == "deleted":
            paragraph = document.add_paragraph()
            deleted = OxmlElement("w:del")
            deleted.set(qn("w:id"), "1")
            deleted.set(qn("w:author"), "editor")
            run = OxmlElement("w:r")
            text = OxmlElement("w:delText")
            text.text = rest[0]
            run.append(text)
            deleted.append(run)
            paragraph._p.append(deleted)
        elif kind == "t":
            rows = rest[0]
            table = document.add_table(rows=len(rows), cols=len(rows[0]))
            table.style = "Table Grid"
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    table.cell(row, column).text = cell
    document.save(path)


def write_html(path, blocks):
    out, lists = ["<!DOCTYPE html>\n<html><head><meta charset='utf-8'><style>p{margin:1em}</style></head><body>"], None
    for block in blocks:
        kind, rest = block[0], block[1:]
        wanted = {"li": "ul", "n": "ol"}.get(kind)
        if lists and lists != wanted:
            out.append(f"</{lists}>")
        if wanted and lists != wanted:
            out.append(f"<{wanted}>")
        lists = wanted
        if kind == "h":
            out.append(f"<h{rest[0]}>{html.escape(rest[1])}</h{rest[0]}>")
        elif kind == "p":
            out.append(f"<p>{html.escape(rest[0])}</p>")
        elif kind == "b":
            out.append(f"<p><strong>{html.escape(rest[0])}</strong>{html.escape(rest[1])}</p>")
        elif kind in ("li", "n"):
            out.append(f"<li>{html.escape(rest[0])}</li>")
        elif kind == "deleted":
            out.append(f"<p><del>{html.escape(rest[0])}</del></p>")
        elif kind == "t":
            out.append("<table border='1'>")
            for row, cells in enumerate(rest[0]):
                tag = "th" if row == 0 else "td"
                out.append("<tr>" + "".join(f"<{tag}>{html.escape(c).replace(chr(10), '<br>')}</{tag}>" for c in cells) + "</tr>")
            out.append("</table>")
    if lists:
        out.append(f"</{lists}>")
    out.append("</body></html>\n")
    path.write_text("\n".join(out), encoding="utf-8")


def convert(path, blocks, ending):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / (path.stem + ".docx")
        write_docx(source, blocks)
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", ending, "--outdir", str(path.parent), str(source)],
            check=True, capture_output=True,
        )


def write(name, blocks):
    path = HERE / name
    ending = path.suffix[1:]
    if ending == "docx":
        write_docx(path, blocks)
    elif ending == "html":
        write_html(path, blocks)
    else:
        convert(path, blocks, ending)


def write_mail(name, subject, date, body, attachment=None):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Secretariat of SG17 <sg17@example.int>"
    message["To"] = "experts of SG17 <experts@example.org>"
    message["Subject"] = subject
    message["Date"] = date
    message["Message-ID"] = f"<{name}@example.int>"
    message.set_content(body)
    if attachment:
        kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
        message.add_attachment((HERE / attachment).read_bytes(), maintype="application", subtype=kind, filename=attachment)
    (HERE / name).write_bytes(bytes(message))


write("en-minutes.docx", [
    ("h", 1, "Report of the meeting of Working Party 1/17 (Geneva, 5-7 September 2017)"),
    ("h", 2, "1 Opening"),
    ("p", "The chairman, Mr. Jean Exemple (Example Telecom, France), opened the meeting and invited participants to introduce themselves."),
    ("h", 2, "2 Security of smart meters"),
    ("p", "The meeting examined the draft new Recommendation X.smeter and agreed on a number of editorial changes."),
    ("b", "AI 17/1: ", "The editor to upload the revised draft by 29 September 2017."),
    ("b", "AI 17/2 (TSB): ", "Inform ISO/IEC JTC 1/SC 27 of the progress no later than 15 October 2017."),
    ("deleted", "AI 17/9: SG13 to withdraw its contribution by 1 October 2017."),
    ("h", 2, "3 Incoming liaison statements"),
    ("p", "(for information) ETSI reported that its security workshop had been attended by 150 experts."),
    ("p", "(for action) Question 4/17 is invited to comment on the vocabulary of ISO/TC 307 before the end of October 2017."),
    ("p", "The meeting thanked the hosts for the excellent arrangements."),
    ("h", 2, "4 Next meeting"),
    ("p", "The next meeting will be held on 20-23 March 2018 in Geneva."),
    ("p", "Rapporteurs are requested to submit their progress reports two weeks before the next meeting."),
])

write("en-actions.docx", [
    ("h", 1, "Action list of the Joint Coordination Activity on Accessibility, 14 June 2018"),
    ("p", "The following actions are outstanding after the fifth meeting."),
    ("t", [
        ["Status", "Action item", "Responsible", "Due date", "Description"],
        ["Open", "AI 5/1", "SG16", "2018-09-30", "Review the checklist for accessible meetings"],
        ["In progress", "AI 5/2", "TSB; SG2", "End of Q3 2018", "Collect the requirements of relay services"],
        ["Done: sent on 2 May 2018", "AI 4/3", "Secretariat", "1 May 2018", "Send the letter of thanks to the Example Federation of the Deaf"],
        ["", "AI 5/4", "Ms. Maria Muster", "next meeting", "Present the results of the survey"],
    ]),
])

write("en-liaison.docx", [
    ("t", [
        ["Question(s):", "4/17", "Geneva, 20-29 March 2018"],
        ["", "TD 1211", ""],
    ]),
    ("t", [
        ["Source:", "ITU-T Study Group 17"],
        ["Title:", "LS on the security of distributed ledger technologies"],
        ["For action to:", "ISO/TC 307, ITU-T SG13"],
        ["For information to:", "FG DLT"],
        ["Deadline:", "31 August 2018"],
        ["Contact:", "Jean Exemple, jean.exemple@example.org"],
    ]),
    ("p", "ITU-T Study Group 17 would like to inform you of the progress of its work on distributed ledger technologies."),
    ("p", "We attach the draft new Recommendation X.sdlt. ISO/TC 307 is kindly invited to review the attached text and to send comments."),
    ("p", "SG17 looks forward to continued cooperation."),
])

write("en-resolution.odt", [
    ("h", 1, "Resolution 98 (Hammamet, 2016) Enhancing the standardization of the example of things"),
    ("p", "The World Telecommunication Standardization Assembly (Hammamet, 2016),"),
    ("p", "recalling"),
    ("p", "a) Resolution 50 of the assembly, which instructs the Director of TSB to report annually,"),
    ("p", "instructs the Director of the Telecommunication Standardization Bureau"),
    ("n", "to provide the necessary assistance to the study groups;"),
    ("n", "to submit a report on the progress made to the Council by 30 June 2018,"),
    ("p", "instructs ITU-T Study Group 20"),
    ("n", "to develop Recommendations on the example of things,"),
    ("p", "invites Member States and Sector Members"),
    ("n", "to contribute actively to the studies."),
])

write("en-collective.pdf", [
    ("p", "Geneva, 12 January 2018"),
    ("p", "TSB Collective letter 3/17"),
    ("p", "To: Administrations of Member States"),
    ("p", "Subject: Meeting of Study Group 17, Geneva, 20-29 March 2018"),
    ("p", "Dear Sir/Madam,"),
    ("p", "It is my pleasure to invite you to attend the next meeting of Study Group 17 (Security). The meeting will open at 0930 hours on the first day, and participant registration will begin at 0830 hours at the Montbrillant entrance."),
    ("p", "Key deadlines before the meeting"),
    ("t", [
        ["Date", "Event"],
        ["20 January 2018", "Submission of contributions for which translation is requested"],
        ["6 February 2018", "Submission of fellowship requests\nSubmission of requests for visa support letters"],
        ["20 February 2018", "Pre-registration"],
        ["7 March 2018", "Final deadline for the submission of contributions"],
        ["20 March 2018", "Opening of the meeting"],
    ]),
    ("p", "I wish you a productive and enjoyable meeting."),
])

write("en-report.pdf", [
    ("h", 1, "Report of the 12th meeting of TSAG"),
    ("p", "Geneva, 26 February - 2 March 2018"),
    ("h", 2, "1 Collaboration with other organizations"),
    ("p", "The report of the liaison officer was noted with appreciation. TSAG invites SG2 and SG3 to nominate experts to the joint working team on numbering by 30 April 2018. It was recognized that the work of the team depends on experts who know both the economic and the technical side of the matter, and that several administrations have offered to host a meeting."),
    ("p", "TSAG instructed the Director of TSB to prepare a document on the cooperation agreements that are in force, no later than four weeks before the next meeting."),
    ("page",),
    ("h", 2, "2 Electronic working methods"),
    ("p", "ACTION: The Secretariat to publish the guide for remote participants by mid-April 2018."),
    ("p", "(for information) The group was informed that the new document system had been used by 2 300 delegates in January 2018."),
    ("page",),
    ("h", 2, "3 Date of the next meeting"),
    ("p", "The next meeting will be held on 10-14 December 2018."),
])

write("en-page.html", [
    ("h", 1, "Minutes of the call of the Focus Group on Examples, 9 November 2017"),
    ("p", "Present: twelve experts of nine organizations."),
    ("h", 2, "Decisions and actions"),
    ("li", "Action: Working Group 2 to circulate the glossary by 24 November 2017."),
    ("li", "Action item 3: The chair shall ask 3GPP about the timetable of Release 16."),
    ("li", "The proposal to change the time of the calls was discussed and not supported."),
    ("h", 2, "Open actions"),
    ("t", [
        ["No.", "What", "Who", "By when", "Status"],
        ["FG-7", "Draft the outline of deliverable 3", "Working Group 1", "2017/12", "ongoing"],
        ["FG-5", "Ask the IETF for the list of its documents", "Secretariat", "1 November 2017", "closed"],
    ]),
])

write("fr-rapport.docx", [
    ("h", 1, "Rapport de la réunion de la Commission d'études 17 (Genève, 20-29 mars 2018)"),
    ("h", 2, "1 Sécurité"),
    ("p", "La réunion invite la Commission d'études 13 à examiner le projet de Recommandation avant le 15 juin 2018."),
    ("p", "(pour information) Le secrétariat a indiqué que 320 délégués avaient participé à la réunion."),
    ("p", "(pour action) Le Directeur du TSB est prié de communiquer la liste des experts au plus tard le 4 mai 2018."),
    ("p", "La réunion a pris note du document avec satisfaction."),
    ("h", 2, "2 Représentation"),
    ("p", "Mme Marie Exemple (TSB) est la représentante de l'UIT-T auprès du MoU/MG."),
    ("p", "Résolution 18/02"),
    ("p", "La désignation d'un représentant de l'UIT-T auprès de l'ISO/TC 307 est toujours en attente."),
])

write("fr-tableau.odt", [
    ("h", 1, "Liste des mesures à prendre, réunion du TSAG du 2 mars 2018"),
    ("t", [
        ["N°", "Mesure", "Responsable", "Échéance", "État"],
        ["M 3/1", "Établir la liste des correspondants", "TSB", "30 avril 2018", "en cours"],
        ["M 3/2", "Présenter un rapport sur les brevets", "Commission d'études 2", "fin juin 2018", ""],
        ["M 2/7", "Publier le guide", "Secrétariat", "1er février 2018", "terminé"],
    ]),
])

write("fr-echeances.html", [
    ("h", 1, "Lettre collective TSB 5/2, Genève, 10 janvier 2018"),
    ("p", "À: Administrations des États Membres"),
    ("h", 2, "Principales échéances"),
    ("li", "4 mai 2018: soumission des contributions à traduire"),
    ("li", "18 mai 2018: demandes de bourse; demandes de visa"),
    ("li", "4 juillet 2018: ouverture de la réunion"),
    ("p", "Je vous prie d'agréer, Madame, Monsieur, l'assurance de ma haute considération."),
])

write("es-informe.docx", [
    ("h", 1, "Informe de la reunión de la Comisión de Estudio 5 (Ginebra, 11-22 de septiembre de 2017)"),
    ("h", 2, "1 Medio ambiente"),
    ("p", "La reunión invita a la Comisión de Estudio 20 a examinar el texto antes del 15 de noviembre de 2017."),
    ("p", "(para información) El BDT informó de que el taller tendrá lugar en mayo."),
    ("p", "Acción: La Secretaría debe enviar la carta a la ISO a más tardar el 30 de octubre de 2017."),
    ("p", "La reunión tomó nota del documento."),
    ("p", "Se pide al Director de la TSB que presente un informe sobre los avances a finales de enero de 2018."),
])

write("es-plazos.pdf", [
    ("h", 1, "Informe de acciones de la Comisión de Estudio 3, 26 de abril de 2018"),
    ("p", "La lista contiene todas las acciones que siguen abiertas después de la reunión de abril."),
    ("t", [
        ["N.º", "Acción", "Responsable", "Plazo", "Estado"],
        ["A3/1", "Preparar el cuestionario", "Relator C3/3", "31 de mayo de 2018", "en curso"],
        ["A3/2", "Contestar a la GSMA", "TSB", "15 de junio de 2018", "pendiente"],
    ]),
])

write("ru-tablitsa.docx", [
    ("h", 1, "Перечень действий, собрание ИК17, Женева, 29 марта 2018 года"),
    ("t", [
        ["№", "Действие", "Ответственный", "Срок", "Статус"],
        ["Д 17/1", "Подготовить проект ответа ИСО", "БСЭ", "до 15 мая 2018 г.", "выполняется"],
        ["Д 17/2", "Представить отчет о семинаре", "Секретариат", "30.06.2018", ""],
        ["Д 16/4", "Направить письмо МЭК", "БСЭ", "01.03.2018", "выполнено"],
    ]),
])

write("ru-otchet.odt", [
    ("h", 1, "Отчет о собрании КГСЭ (Женева, 26 февраля – 2 марта 2018 года)"),
    ("h", 2, "1 Сотрудничество"),
    ("p", "Собрание предлагает ИК13 рассмотреть проект Рекомендации до 30 апреля 2018 года."),
    ("p", "(для информации) БСЭ сообщило, что новая система документов введена в действие."),
    ("p", "Директору БСЭ поручается представить доклад не позднее 15 июня 2018 года."),
    ("p", "Собрание с удовлетворением приняло документ к сведению."),
])

write("zh-xingdong.docx", [
    ("h", 1, "第17研究组行动清单（2018年3月29日，日内瓦）"),
    ("t", [
        ["编号", "行动", "负责方", "截止日期", "状态"],
        ["17-1", "审议X.sdlt建议书草案", "第13研究组", "2018年6月15日", "进行中"],
        ["17-2", "向ISO发送联络声明", "秘书处", "2018年4月底", ""],
        ["16-9", "公布会议报告", "电信标准化局", "2018年3月1日", "已完成"],
    ]),
])

write("ar-jadwal.html", [
    ("h", 1, "قائمة الإجراءات، اجتماع TSAG، جنيف، 2 مارس 2018"),
    ("t", [
        ["الرقم", "الإجراء", "الجهة المسؤولة", "الموعد النهائي", "الحالة"],
        ["إ 3/1", "إعداد تقرير عن التعاون مع المنظمات الأخرى", "TSB", "30 أبريل 2018", "قيد التنفيذ"],
        ["إ 3/2", "استعراض مشروع التوصية", "لجنة الدراسات 17", "نهاية يونيو 2018", ""],
        ["إ 2/5", "نشر الدليل", "الأمانة", "1 فبراير 2018", "منجز"],
    ]),
])

write("ar-taqrir.docx", [
    ("h", 1, "تقرير اجتماع TSAG، جنيف، 2 مارس 2018"),
    ("h", 2, "التعاون"),
    ("p", "(للعلم) عقدت ورشة العمل في جنيف وحضرها 120 مندوباً."),
    ("p", "يطلب من لجنة الدراسات 17 أن تستعرض مشروع التوصية قبل 15 يونيو 2018."),
    ("p", "أحاط الاجتماع علماً بالوثيقة."),
])

write("en-attached.docx", [
    ("h", 1, "Outcome of the meeting of Question 11/17, 4 October 2017"),
    ("p", "Action required: SG17 to approve the revised terms of reference by 1 December 2017."),
    ("p", "[for information] The editor informed that Annex B is stable."),
])

write_mail("en-follow-up.eml", "Follow-up of the call of 16 October 2017", "Tue, 17 Oct 2017 09:30:00 +0200", """\
Dear colleagues,

thank you for the call of yesterday. We agreed the following.

AI 9/1: TSB to send the draft agenda by 27 October.
AI 9/2: Q4/17 to consolidate the comments by 10 November 2017.
Action: Mr. Paul Beispiel to contact the IEEE within two weeks.

Best regards,
the secretariat of SG17

> On 2 October 2017 the secretariat wrote:
> AI 8/4: SG13 to reply by 9 October 2017.
""")
write_mail("en-forwarded.eml", "Report of Q11/17", "Fri, 06 Oct 2017 14:00:00 +0200", """\
Dear colleagues,

please find the report attached.

Best regards
""", "en-attached.docx")
