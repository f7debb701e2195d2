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

write("en-tsag.docx", [
 ("p","INTERNATIONAL TELECOMMUNICATION UNION"),
 ("p","TELECOMMUNICATION STANDARDIZATION SECTOR"),
 ("p","TSAG-R5"),
 ("t",[["Source:","TSAG"],["Title:","Report of the third TSAG meeting (Geneva, 10-14 December 2018)"],["Purpose:","Admin"],["Contact:","Bruce Example, Chairman, TSAG"]]),
 ("h",1,"1 Opening of the meeting"),
 ("p","1.1 The Chairman of TSAG, Mr Bruce Example, opened the meeting and welcomed the participants."),
 ("p","1.2 TSAG adopted the agenda in TD 280."),
 ("h",1,"2 Rapporteur Group on Working Methods"),
 ("p","2.1 The Rapporteur, Mr Stephen Sample, presented the report of the Rapporteur Group in TD 300 Rev.1. TSAG approved the report."),
 ("p","2.2 TSAG agreed to send the liaison statement in TD 401 to all study groups. Study groups are asked to reply by 30 April 2019."),
 ("p","2.3 TSAG tasked the Rapporteur Group on Working Methods with preparing a revision of Recommendation ITU-T A.1 for the next TSAG meeting."),
 ("p","2.4 TSB was requested to prepare an overview of the use of electronic working methods, and to present it at the next meeting of TSAG."),
 ("h",1,"3 Strategic plan"),
 ("p","3.1 The TSB Director reported on the implementation of the strategic plan. TSAG took note of TD 322."),
 ("p","3.2 In response to a question from the Russian Federation, the TSB Director said that the statistics are published on the web."),
 ("p","3.3 TSAG invited Study Groups 2, 3 and 20 to nominate an expert to the correspondence group on strategic planning before 31 January 2019."),
 ("h",1,"4 Vacancies"),
 ("p","4.1 It was noted that the position of the vice-chairman of SG12 from the Arab region is vacant. Member States of the region were encouraged to submit candidatures to TSB not later than 1 March 2019."),
 ("p","4.2 TSAG appointed Ms Olga Sample as Rapporteur for strengthening collaboration."),
 ("h",1,"5 Next meeting"),
 ("p","The next meeting of TSAG is scheduled for 23-27 September 2019 in Geneva."),
])

write("en-iso-resolutions.pdf", [
 ("p","ISO/TC 888 N 412"),
 ("h",1,"Resolutions taken at the 12th plenary meeting of ISO/TC 888, Delft (Netherlands), 2022-10-11/13"),
 ("p","RESOLUTION 131/2022 (Adoption of the agenda)"),
 ("p","ISO/TC 888 adopts the draft agenda in document N 398."),
 ("p","RESOLUTION 132/2022 (Appointment of convenor)"),
 ("p","ISO/TC 888 reappoints Ms Ingrid Sample (NEN) as convenor of ISO/TC 888/WG 2 for a further three-year term."),
 ("p","RESOLUTION 133/2022 (Systematic review of ISO 99001)"),
 ("p","ISO/TC 888, noting the results of the systematic review, decides to revise ISO 99001 and requests ISO/TC 888/WG 2 to prepare a draft by 2023-04-30."),
 ("p","RESOLUTION 134/2022 (Liaison with ISO/TC 309)"),
 ("p","ISO/TC 888 asks its Secretariat to establish an internal liaison with ISO/TC 309 and appoints Mr John Sample as liaison representative."),
 ("p","RESOLUTION 135/2022 (Call for experts)"),
 ("p","ISO/TC 888 encourages all P-members to nominate experts to WG 4 before 2022-12-15."),
 ("p","RESOLUTION 136/2022 (Strategic business plan)"),
 ("p","ISO/TC 888 approves the strategic business plan and instructs the Committee Manager to submit it to ISO/CS not later than 30 November 2022."),
 ("p","RESOLUTION 137/2022 (Thanks)"),
 ("p","ISO/TC 888 thanks NEN for hosting the meeting."),
])

write("en-plenary-session.html", [
 ("h",1,"Report of the twenty-seventh session of the Plenary of UN/CEFACT (Geneva, 19-20 April 2021)"),
 ("h",2,"Item 4: Actions taken since the previous session"),
 ("p","12. The secretariat presented the implementation of the decisions of the twenty-sixth session. Decision 20-05, asking the secretariat to publish the UNTDID directory, had been implemented. Decision 20-07 was still under implementation."),
 ("h",2,"Item 6: Recommendations and standards"),
 ("p","18. The Plenary approved Recommendation No. 43 and requested the secretariat to publish it in English, French and Russian (Decision 21-04)."),
 ("p","Decision 21-05: The Plenary requested the Bureau to submit a revised programme of work for intersessional approval by 15 July 2021."),
 ("p","Decision 21-06: The Plenary took note of the Code List Recommendations in document ECE/TRADE/C/CEFACT/2021/12."),
 ("p","Decision 21-07: The Plenary encouraged delegations to share information on the implementation of Recommendation No. 33 with the secretariat before the end of September 2021."),
 ("h",2,"Item 9: Liaison"),
 ("p","31. The representative of ISO/TC 154 announced that her committee would circulate the new work item proposal in May 2021. The Vice-Chair in charge of liaisons agreed to coordinate the response with ISO/TC 154."),
 ("h",2,"Item 12: Other business"),
 ("p","40. The delegation of Italy offered to host the next Forum in Rome. The Bureau was asked to confirm the dates."),
])

write("en-columns.odt", [
 ("h",1,"CEN/TC 777 'Example products' - Minutes of the 9th meeting, Brussels, 2019-03-27"),
 ("p","Chair: Mr Peter Exemple. Secretary: Ms Anna Muestra (UNE)"),
 ("t",[["Item","Discussion / decision","Action"],
  ["1","Opening and roll call. The Chair welcomed the delegates.",""],
  ["2","The agenda (N 231) was adopted.",""],
  ["3","Ms Muestra reported that the enquiry on prEN 99991 had closed with 120 comments. WG 1 will resolve the comments and send the result to the secretariat by 2019-06-30.","WG 1"],
  ["4","The secretariat will launch a call for a new convenor of WG 3 in April 2019.","Secretariat"],
  ["5","M/999: the consultant's assessment is negative. The Chair and the convenor of WG 2 to meet the HAS consultant.","Chair, WG 2 convenor"],
  ["6","Any other business: none.",""],
 ]),
 ("p","Decision D45/2019: CEN/TC 777 decides to ask CCMC for a tolerance of nine months for WI 00777015. Action: Secretariat."),
 ("p","Date of next meeting: 2020-03-25, Madrid."),
])

write("fr-groupe-de-travail.docx", [
 ("h",1,"Rapport de la réunion du groupe de travail 1/3 (Genève, 4-8 avril 2016)"),
 ("h",2,"1 Ouverture"),
 ("p","Le Président, M. Jean Exemple, ouvre la réunion et souhaite la bienvenue aux participants."),
 ("h",2,"2 Principes de tarification"),
 ("p","2.1 La réunion examine le projet de Recommandation D.98 et convient de le soumettre pour approbation."),
 ("p","2.2 Il est demandé au Rapporteur pour la Question 2/3 de mettre à jour le projet et de le remettre au TSB avant le 15 mai 2016."),
 ("p","2.3 Le TSB est chargé de diffuser un questionnaire aux États Membres. Les réponses sont attendues pour le 30 juin 2016 au plus tard."),
 ("p","2.4 Les États Membres sont encouragés à faire part de leur expérience."),
 ("h",2,"3 Coordination"),
 ("p","3.1 La délégation du Sénégal se propose d'accueillir le prochain forum régional."),
 ("p","3.2 M. Kofi Exemple (Ghana) rédigera une contribution sur l'itinérance en vue de la prochaine réunion."),
 ("p","3.3 La réunion prend note de l'avancement des travaux de la Commission d'études 2."),
 ("p","Action 1/16 - Secrétariat : publier la liste des correspondants avant fin avril 2016."),
 ("p","Action 2/16 - Rapporteur Q4/3 : convoquer une réunion électronique en juin 2016."),
])

write("es-comite.html", [
 ("h",1,"Informe de la reunión del Comité Consultivo Permanente I, Lima, 14-18 de mayo de 2018"),
 ("p","1. El Presidente del Comité dio la bienvenida a los participantes."),
 ("h",2,"Decisiones"),
 ("p","DECISIÓN 251: Encargar a la Secretaría que envíe a la UIT las propuestas interamericanas a más tardar el 30 de julio de 2018."),
 ("p","DECISIÓN 252: Solicitar a las Administraciones que respondan al cuestionario sobre itinerancia antes del 15 de agosto de 2018."),
 ("p","DECISIÓN 253: Invitar al Relator sobre Conformidad, Sr. Juan Muestra, a presentar un informe en la próxima reunión."),
 ("h",2,"Asuntos pendientes"),
 ("t",[["Nº","Asunto","Responsable","Fecha","Situación"],
   ["1","Actualizar la lista de puntos focales","Secretaría","31/08/2018","En curso"],
   ["2","Traducir la Recomendación 12 al portugués","Brasil","30/06/2018","Finalizado"],
   ["3","Preparar el taller sobre ciberseguridad","Relatoría de Ciberseguridad","octubre de 2018","Sin iniciar"]]),
 ("p","La Delegación de México informó que la Comisión reguladora publicará las nuevas reglas."),
 ("p","La Delegación de Colombia se comprometió a enviar el texto revisado."),
])

write("zh-jiyao.docx", [
 ("h",1,"全国示例标准化技术委员会第三次全体会议纪要"),
 ("p","2021年6月18日，全国示例标准化技术委员会第三次全体会议在北京召开。"),
 ("h",2,"一、会议议题"),
 ("p","会议听取了秘书处的工作报告，审议了三项国家标准送审稿。"),
 ("h",2,"二、会议决定"),
 ("p","1. 由秘书处负责修改标准送审稿，并于2021年7月31日前报送主管部门。"),
 ("p","2. 请各委员单位于2021年8月15日前反馈意见。"),
 ("p","3. 委托第二工作组开展术语标准的预研工作，年底前提交研究报告。"),
 ("p","4. 会议同意张示例担任第三工作组组长。"),
 ("h",2,"三、下一步工作"),
 ("t",[["序号","工作内容","责任单位","完成时限","备注"],
   ["1","编制2022年标准立项计划","秘书处","2021年10月底",""],
   ["2","参加ITU-T SG17国际会议","第一工作组","2021年8月24日","已完成"]]),
])

write("en-tracker.docx", [
 ("h",1,"JCA-IdM action tracker (updated 3 October 2022)"),
 ("t",[["ID","Raised at","Action","Assigned","Target","Progress/notes"],
  ["JCA-12","Mtg 18","Ask SG20 for an update of its roadmap entries","Convenor","14 Oct 2022","Letter sent 20 Sept; reply awaited"],
  ["JCA-13","Mtg 18","Invite OpenID Foundation to the next meeting","TSB (Ms X. Sample)","asap","Completed 28 Sept 2022"],
  ["JCA-14","Mtg 19","Refresh the landscape document","Editors","before Mtg 20","Not started"],
  ["JCA-15","Mtg 19","Transfer the mailing list","TSB","-","Cancelled, no longer necessary"]]),
 ("p","Next meeting: 8 November 2022."),
 ("p","New since the last update: Rapporteur Q10/17 to supply text on decentralised identifiers for the landscape document by 25 October 2022 (JCA-16)."),
])

write("en-circular.pdf", [
 ("p","Telecommunication Standardization Bureau"),
 ("p","Geneva, 3 September 2020"),
 ("p","Ref: TSB Collective letter 8/5"),
 ("p","To: Administrations of Member States of the Union; ITU-T Sector Members; ITU-T Associates of Study Group 5"),
 ("p","Subject: Virtual meeting of Study Group 5, 19-23 October 2020"),
 ("p","Dear Sir/Madam,"),
 ("p","It is my pleasure to invite you to attend the forthcoming virtual meeting of Study Group 5."),
 ("p","Key deadlines:"),
 ("t",[["19 August 2020","Submission of ITU-T Member contributions for which translation is requested"],
  ["19 September 2020","Pre-registration via the online registration form on the study group homepage"],
  ["6 October 2020","Submission of ITU-T Member contributions via Direct Document Posting"]]),
 ("p","Contributions received after this date will not be considered by the meeting."),
 ("p","Yours faithfully,"),
 ("p","Chaesub Sample, Director of the Telecommunication Standardization Bureau"),
])

write("en-action-plan.docx", [
 ("h",1,"WTSA-16 Action Plan (status 30 November 2018)"),
 ("t",[["Res.","Action item","Action","Milestone","Periodic goals","Completed","Responsible","Assisted by"],
  ["Res. 2","02-01","TSB to maintain the list of lead study groups","Ongoing","x","","TSB","TSAG"],
  ["Res. 7","07-03","Report on collaboration with ISO and IEC","TSAG, September 2019","","","Director of TSB","SG17"],
  ["Res. 44","44-12","Organize regional workshops on bridging the standardization gap","31 December 2018","","√","TSB","BDT"],
  ["Res. 50","50-02","Collect contributions on cybersecurity from Member States","March 2019","","","SG17",""]]),
])

write_mail("en-liaison-mail.eml", "LS/o on quantum key distribution networks [to ETSI ISG QKD, IETF QIRG]", "Mon, 02 Dec 2019 10:00:00 +0100", """\
TSAG / SG17-LS120
Question(s): 4/17
Source: ITU-T Study Group 17
For action to: ETSI ISG QKD
For comment to: ISO/IEC JTC 1/SC 27/WG 3
For information to: IETF QIRG
Approval: ITU-T SG17 meeting (Geneva, 27 August - 5 September 2019)
Deadline: 15 January 2020
Contact: Hao Sample, Rapporteur

ITU-T SG17 thanks ETSI ISG QKD for its liaison statement.
We would appreciate it if ETSI ISG QKD could provide its view on the attached terms by the deadline.
We also ask SC 27/WG 3 to comment on clause 7.
The next meeting of SG17 will be held in Geneva, 17-26 March 2020.
""")

write_mail("en-call.eml", "Notes of the SG12 management team call", "Thu, 10 Mar 2022 17:45:00 +0100", """\
Hi all,

thanks for joining today. Short notes:

1) Hybrid meeting in June: TSB confirmed that room Popov is booked. Kwame will circulate a draft time plan by 25/3/2022.
2) Q19/12: still no rapporteur. Vice-chairs are asked to look for candidates in their regions until the end of April.
3) LS to ETSI STQ: sent on Monday (done).
4) Recommendation P.1204: @Silvia please check the Zenodo link.
5) Paul has not yet sent his slides on AI.

Next call: 7 April 2022, 15h CET.

Martin
""")

write("en-study-group.docx", [
 ("p","Question(s): All/12   Geneva, 7-16 January 2020"),
 ("h",1,"Report of ITU-T Study Group 12 meeting, Part I: General"),
 ("h",2,"5 Working methods"),
 ("p","5.1 The meeting noted that the e-mail reflectors of WP1/12 had been migrated."),
 ("p","5.2 Rapporteurs were reminded to provide their meeting reports within two weeks after the meeting."),
 ("p","5.3 Mr. Sample (Deutsche Telekom) agreed to take over the editorship of P.863.1."),
 ("h",2,"6 Liaison activities"),
 ("p","6.1 SG12 approved outgoing liaison statements LS121 to LS124 (Annex C)."),
 ("p","6.2 A reply to ETSI TC STQ on the speech corpus could not be agreed. Q9/12 was given the task of preparing one by correspondence, to be approved by the WP2/12 chairman before 15 March 2020."),
 ("p","6.3 The SG12 representative to the JCA-AHF, Ms. Beispiel, will report back on the outcome of its next meeting."),
 ("h",2,"7 Workshops"),
 ("p","7.1 TSB was invited to explore the possibility of a workshop on QoE in Africa in the second half of 2020 and to report to the management team."),
 ("p","7.2 The delegate of Ghana stated that his Administration stands ready to host it."),
 ("h",2,"8 Future meetings"),
 ("p","The next SG12 meeting is planned for 7-11 September 2020."),
 ("p","Interim Rapporteur group meetings are listed in Annex D. Meeting invitations have to be sent to TSB at least two months in advance."),
])

write("en-subcommittee.pdf", [
 ("p","ISO/IEC JTC 1/SC 27 N 19876"),
 ("h",1,"Resolutions of the 30th SC 27 plenary, held virtually, 2021-04-21/22"),
 ("p","Resolution 1 - Appointment of liaison officers"),
 ("p","SC 27 confirms the liaison officers listed in N 19800."),
 ("p","Resolution 2 - Request to JTC 1"),
 ("p","SC 27 requests JTC 1 to confirm the liaison with ECSO."),
 ("p","Resolution 3 - ISO/IEC 27013"),
 ("p","SC 27 instructs its WG 1 convenor to submit the text of ISO/IEC 27013 for publication by 2021-06-15."),
 ("p","Resolution 4 - Study period"),
 ("p","SC 27 instructs its Secretariat to circulate a call for contributions on quantum readiness with a closing date of 2021-08-31, and requests National Bodies and liaison organizations to contribute."),
 ("p","Resolution 5 - Withdrawal"),
 ("p","SC 27 agrees to the withdrawal of ISO/IEC 11889."),
 ("p","Resolution 6 - Appreciation"),
 ("p","SC 27 expresses its thanks to the Chair, Mr Andreas Sample, and to the Committee Manager."),
])

write("en-teleconference.html", [
 ("h",1,"Example Working Group Teleconference, 07 September 2021"),
 ("p","Present: Amy, Brent, Manu, Orie"),
 ("p","Chair: Brent"),
 ("p","Scribe: amy"),
 ("h",2,"PR review"),
 ("p","Manu: PR 812 is editorial, I'd like to merge it today."),
 ("p","Orie: fine with me"),
 ("p","RESOLVED: merge PR 812"),
 ("h",2,"Horizontal review"),
 ("p","Brent: we still need someone to file the accessibility review."),
 ("p","Orie: I can do that by next week."),
 ("p","ACTION: Orie to request the accessibility review"),
 ("p","ACTION: brent - talk to the PING chairs about the privacy section"),
 ("h",2,"TPAC"),
 ("p","Amy: will prepare slides for the joint session with the CCG"),
 ("p","Brent: thanks all, talk next week"),
 ("h",2,"Summary of action items"),
 ("li","Orie to request the accessibility review"),
 ("li","brent - talk to the PING chairs about the privacy section"),
])

write("fr-compte-rendu.odt", [
 ("h",1,"Commission de normalisation « Exemple » - Compte rendu de la réunion du 14 octobre 2021"),
 ("p","Présents : Mme Durand (présidente), M. Lemaire (CSTB), Mme Petit (secrétaire)"),
 ("h",2,"1. Approbation de l'ordre du jour"),
 ("p","L'ordre du jour est approuvé sans modification."),
 ("h",2,"2. Suivi des actions"),
 ("t",[["N°","Action","Qui","Pour quand","État"],
   ["21-03","Envoyer les commentaires français sur le CD 99002","Mme Petit","30/09/2021","Fait"],
   ["21-04","Identifier un expert pour le WG 4","Tous","-","En cours"]]),
 ("h",2,"3. Travaux européens"),
 ("p","M. Lemaire se charge de rédiger une position française sur la révision du mandat M/888 et la transmet au secrétariat pour le 5 novembre 2021."),
 ("p","Il est convenu que le secrétariat sollicitera le ministère pour la prise en charge des frais de mission."),
 ("p","La commission décide de voter positivement sur le FprEN 99003."),
 ("h",2,"4. Divers"),
 ("p","AFNOR rappelle que les membres doivent renouveler leur adhésion avant le 31 décembre."),
 ("p","Prochaine réunion : 20 janvier 2022."),
])

write("es-grupo-regional.docx", [
 ("h",1,"Grupo Regional de la Comisión de Estudio 3 para América Latina y el Caribe (SG3RG-LAC)"),
 ("p","Informe de la reunión celebrada en San Salvador, 2 a 4 de abril de 2019"),
 ("h",2,"4 Resultados"),
 ("p","4.1 El Grupo aprobó el proyecto de nueva Recomendación sobre costes de la itinerancia."),
 ("p","4.2 Se acordó que la TSB remita el cuestionario a los Estados Miembros de la región antes del 30 de mayo de 2019."),
 ("p","4.3 El representante de Paraguay quedó encargado de consolidar las respuestas."),
 ("p","4.4 Se solicitó a los operadores que faciliten datos de tráfico."),
 ("p","4.5 La Presidenta recordó que el informe de la reunión anterior todavía no ha sido traducido."),
 ("h",2,"5 Acciones"),
 ("li","Acción 1: Presidenta: presentar los resultados a la CE 3 (Ginebra, 23 de abril a 2 de mayo de 2019)."),
 ("li","Acción 2: Costa Rica y Cuba: preparar una contribución conjunta para la próxima reunión."),
 ("li","Acción 3: TSB: publicar las presentaciones en la web."),
 ("h",2,"6 Próxima reunión"),
 ("p","La próxima reunión se celebrará en La Habana en marzo de 2020."),
])

write("ru-rabochaya-gruppa.docx", [
 ("h",1,"Отчет о собрании Рабочей группы РСС по работе с МСЭ"),
 ("p","г. Минск, 14-16 мая 2019 г."),
 ("h",2,"3 Подготовка к КГСЭ"),
 ("p","3.1 Участники обсудили проект общего вклада РСС по Рекомендации А.1."),
 ("p","3.2 Администрация связи Российской Федерации доработает вклад и разошлет его до 1 июля 2019 года."),
 ("p","3.3 Исполкому РСС направить вклад в БСЭ не позднее 10 сентября 2019 года."),
 ("p","3.4 Собрание решило просить администрации связи сообщить о кандидатах на посты заместителей председателей исследовательских комиссий."),
 ("p","3.5 За подготовку сводной таблицы отвечает г-н Иванов (ЦНИИС). Срок: 15 июня 2019 года."),
 ("h",2,"4 Статус выполнения поручений"),
 ("t",[["№","Поручение","Исполнитель","Срок исполнения","Отметка об исполнении"],
  ["2/18","Подготовить глоссарий","ЦНИИС","01.03.2019","Выполнено"],
  ["3/18","Согласовать план семинаров","Исполком РСС","01.06.2019","В работе"]]),
 ("p","Следующее собрание планируется провести в Ереване в октябре 2019 года."),
])

write("ar-natayij.docx", [
 ("h",1,"تقرير اجتماع الفريق الإقليمي للمنطقة العربية التابع للجنة الدراسات 3"),
 ("p","الكويت، 5-6 نوفمبر 2018"),
 ("h",2,"النتائج"),
 ("p","1. طلب الفريق من المكتب إعداد ورقة عن تكاليف التجوال قبل 31 يناير 2019."),
 ("p","2. اتفق المشاركون على أن تقوم مصر بصياغة مساهمة مشتركة."),
 ("p","3. وافق ممثل الأردن على تقديم دراسة حالة في الاجتماع المقبل."),
 ("p","4. لوحظ أن رد السودان لم يصل بعد."),
 ("h",2,"قائمة الإجراءات"),
 ("t",[["الرقم","الإجراء","المسؤول","الموعد النهائي","الحالة"],
   ["1","تعميم تقرير الاجتماع","الأمانة","30 نوفمبر 2018","منجز"],
   ["2","ترجمة الاستبيان إلى العربية","تونس","15 ديسمبر 2018","قيد التنفيذ"]]),
])

write("en-strategic-group.pdf", [
 ("h",1,"Joint Strategic Group - Action list after meeting 14 (London, 6 June 2019)"),
 ("t",[["Ref","What","Who","When","Comments"],
   ["JSG14-01","Circulate the meeting report","IEC (secretariat)","2019-06-30",""],
   ["JSG14-02","Propose a definition of digital twin","ISO, IEC","2019-09-15","Input from ITU-T welcome"],
   ["JSG13-05","Map AI activities","ITU","Done","See JSG/N120"],
   ["JSG12-03","Update the brochure","ISO/CS communications team","On hold until new logo is available",""]]),
 ("p","Carried over: JSG11-02 (IEC to report on SEG 10) remains open."),
])

write("en-decisions.html", [
 ("h",1,"Summary of decisions of the 12th meeting of the Coordination Committee"),
 ("p","Date: 3 July 2019"),
 ("t",[["Agenda item","Decision","Follow-up"],
  ["3 Budget","The Committee approved the budget.","None"],
  ["4 Publications","The Committee endorsed the publication plan and requested quarterly updates.","Publications department: quarterly update, first one by 1 October 2019"],
  ["5 Gender","The Committee agreed to set up a task group.","Members to nominate candidates by 31 August 2019; secretariat to draft terms of reference"],
  ["6 Web site","The Committee noted the report.","-"]]),
])

write("en-initials.docx", [
 ("h",1,"CLC/TC 999X WG 3 - Minutes of the meeting held on 2022-02-08"),
 ("p","Participants: K. Exemple (Convenor), L. Sample (DE), M. Muestra (ES), N. Beispiel (AT)"),
 ("p","1. The convenor opened the meeting at 09:00."),
 ("p","2. Previous minutes. Approved. Action 7 (L. Sample, comments on clause 5) is closed. Action 8 (M. Muestra, figures) is pending."),
 ("p","3. prEN 99950. LS presented the comments of the German committee. It was agreed that he will provide a new Annex ZZ by the end of February. NB will check the normative references."),
 ("p","4. Liaison with IEC/TC 57. KE reported. No actions."),
 ("p","5. AOB. MM informed that UNE offers a meeting room in Madrid in May. KE to confirm."),
 ("p","Action 9: KE to send the revised draft to the TC secretary by 2022-03-15"),
 ("p","Action 10: all experts to send comments on Annex B to LS, deadline 2022-03-01"),
])

write_mail("en-question.eml", "Q3/20 e-meeting, 4 May 2022: notes and actions", "Thu, 05 May 2022 08:30:00 +0200", """\
Dear Q3/20 experts,

Thank you for your participation in yesterday's e-meeting. These are the main points:

* Y.IoT-AV: the editors presented a revised text (TD 2101). Comments are welcome until 20 May.
* Y.4480: last call comments resolved. Marco will submit the final text to TSB today.
* New work item on digital twins: no consensus. Proponents are encouraged to discuss off-line with ISO/IEC JTC 1/SC 41.
* The liaison from oneM2M needs an answer; I will draft one and send it around for your review next week.
* Associate rapporteur: Ms Hyun volunteered. TSB to inform the SG20 management.

Action points:
AP1 - Editors of Y.IoT-AV to prepare a new baseline text (by 27 May)
AP2 - All: check the list of participants
AP3 - Rapporteur to book a slot for a further e-meeting in June

Kind regards,
Gyu (Rapporteur Q3/20)
""")

write("en-working-party-report.docx", [
 ("p","SG5-R3"),
 ("h",1,"Report of Working Party 2/5 (Geneva, 11-22 May 2019)"),
 ("h",2,"1 Introduction"),
 ("p","Working Party 2/5 met twice under the chairmanship of Mr Sample, assisted by Ms Muster (TSB)."),
 ("h",2,"2 Results"),
 ("p","2.1 Question 6/5: The text of L.methodology was finalized. It will be proposed for consent at the closing plenary."),
 ("p","2.2 Question 7/5: The Rapporteur proposed two interim meetings. The WP Chairman asked the Rapporteur to coordinate the dates with Q9/5 by the end of June 2019."),
 ("p","2.3 Question 9/5: A liaison statement to ISO/TC 207 was prepared in TD 1102. ISO/TC 207 is requested to reply by 1 October 2019."),
 ("p","2.4 The group was informed that ETSI TC EE is revising ES 203 199; ETSI is invited to share the draft."),
 ("h",2,"3 Action items"),
 ("n","Q6/5 rapporteur to submit the final text of L.methodology to TSB by 31 May 2019"),
 ("n","TSB to prepare a call for experts on circular economy, deadline: 15 June 2019"),
 ("n","All rapporteurs to update their work programme in the database"),
 ("h",2,"4 Closing"),
 ("p","The Chairman thanked everybody and closed the meeting."),
])

write("en-assembly.odt", [
 ("h",1,"RESOLUTION 99 (Geneva, 2022) Consideration of an example reform"),
 ("p","The World Telecommunication Standardization Assembly (Geneva, 2022),"),
 ("p","considering"),
 ("p","that the Director of TSB has carried out studies on the matter,"),
 ("p","resolves"),
 ("n","that ITU-T study groups should take the reform into account in their work;"),
 ("n","to request TSAG to establish an action plan,"),
 ("p","instructs the Telecommunication Standardization Advisory Group"),
 ("n","to initiate a study on the optimal structure of study groups;"),
 ("n","to submit a progress report to study groups at least annually,"),
 ("p","instructs the Director of the Telecommunication Standardization Bureau"),
 ("n","to hire a consultant, within existing resources;"),
 ("n","to report to the next Assembly,"),
 ("p","invites Member States and Sector Members"),
 ("p","to submit contributions to TSAG."),
])

write("fr-decisions.html", [
 ("h",1,"Compte rendu de la 14e réunion du Groupe de coordination intersectoriel, Paris, 3 juin 2019"),
 ("h",2,"Décisions"),
 ("p","D1. Le Groupe prie le TSB et le BDT d'organiser un atelier commun avant la fin de l'année 2019."),
 ("p","D2. Le Président enverra une lettre de remerciement à l'Université hôte."),
 ("p","D3. M. Martin (France) rédigera, pour le 1er septembre 2019, une note sur l'accessibilité."),
 ("p","D4. Le Groupe prend note du rapport du BR."),
 ("p","D5. Il est demandé aux trois Bureaux de mettre à jour le tableau des sujets d'intérêt commun (échéance : 30 septembre 2019)."),
 ("h",2,"Pour information"),
 ("p","La prochaine Conférence de plénipotentiaires aura lieu en 2022."),
])

write("es-acta.docx", [
 ("h",1,"Acta de la reunión del CTN 99/SC 2 - 12 de noviembre de 2020 (por videoconferencia)"),
 ("p","Asistentes: Dña. Laura Muestra (presidenta), D. Pedro Modelo (secretario), D. Luis Prueba"),
 ("p","Punto 3. El secretario informa de que la encuesta finaliza el 15 de enero de 2021."),
 ("p","Punto 4. Se encarga a D. Luis Prueba la elaboración de un borrador antes del 10 de diciembre de 2020."),
 ("p","Punto 5. La presidenta solicitará una prórroga a UNE."),
 ("p","Punto 6. Los vocales enviarán sus comentarios a la secretaría a más tardar el 20 de enero de 2021."),
 ("t",[["Acción","Responsable","Plazo"],
  ["Convocar la próxima reunión","Secretario","Febrero de 2021"],
  ["Solicitar la prórroga a UNE","Presidenta","Inmediato"]]),
])

write("zh-jiaodianzu.html", [
 ("h",1,"国际电联焦点组第五次会议纪要（2020年9月14-18日）"),
 ("p","会议由主席张示例主持，约60名代表参加。"),
 ("p","会议请各工作组组长于10月15日之前提交交付成果草案。"),
 ("p","会议决定向第13研究组发送联络声明，由秘书处于9月30日前发出。"),
 ("p","主席将在TSAG会议上汇报工作进展。"),
 ("t",[["编号","行动项","负责人","期限","状态"],
  ["A5-1","完善术语表","第一工作组","2020年11月1日","进行中"],
  ["A5-2","联系IEEE","联络官","尽快","完成"]]),
])

write("en-joint-coordination.pdf", [
 ("h",1,"JCA-AHF: Minutes of the 21st meeting, 3 December 2018"),
 ("p","Chair: Ms Andrea Sample. Secretariat: Ms Alexandra Muster, TSB."),
 ("p","Ms Sample reported on the work of the WHO. WHO will consult on the safe listening standard in January."),
 ("p","Action: Secretariat to invite the World Blind Union to the next meeting."),
 ("p","Mr Prova suggested that a checklist for remote participation should be developed. He volunteered to provide a first version by 31 January 2019."),
 ("p","Action: Mr Prova."),
 ("p","The Chair will raise the captioning of workshops with the TSB Director."),
 ("p","The next meeting will be co-located with SG16 in March 2019; TSB will announce the exact date."),
])

write_mail("en-reply.eml", "Reply LS on AI terminology", "Tue, 11 May 2021 14:00:00 +0200", """\
Dear colleagues of ISO/IEC JTC 1/SC 42,

ITU-T SG13 discussed your liaison (SG13-TD500) at its meeting of March 2021.

We would be grateful if you could send us the DIS of ISO/IEC 22989 as soon as it is available, preferably before 30 June 2021.
SG13 will keep SC 42 informed of the progress of Y.ML-terms.
You are kindly invited to nominate an expert for the joint ad hoc group by 15 June 2021.

On behalf of SG13,
Counsellor
""")

write("en-jca-log.docx", [
 ("h", 1, "Report of the fourteenth meeting of JCA-SCC"),
 ("p", "Virtual meeting, 7 October 2021"),
 ("h", 2, "1 Opening and approval of the agenda"),
 ("p", "The convener, Ms Example, opened the meeting at 13:05 and welcomed 31 participants. The agenda in JCA-SCC-DOC-201 was approved."),
 ("h", 2, "2 Review of the action log"),
 ("p", "A-07 TSB to refresh the contact list on the web page. Closed."),
 ("p", "A-08 Secretariat to obtain the status of IEC SyC Smart Cities from the liaison officer. No news; remains open."),
 ("p", "A-09 (Mr Sample) Survey of member questionnaires. Overdue, new target date 30 November 2021."),
 ("h", 2, "3 Roadmap"),
 ("p", "The meeting reviewed the roadmap. It was felt that the table of deliverables is hard to use in its present form."),
 ("p", "A-10 Roadmap editor to split the table by topic and to post the result on the collaboration site before the end of the year."),
 ("p", "A proposal to open a second roadmap for digital twins did not find support and was not pursued."),
 ("h", 2, "4 Liaisons"),
 ("p", "ISO/TC 268 presented its work programme. The representative of ISO/TC 268 took an action to provide the list of published indicators by 22 October 2021."),
 ("p", "The convener was asked to write to U4SSC about the use of the key performance indicators."),
 ("p", "It was decided to request SG5 and SG20 to name one contact person each for the KPI glossary, by 5 November 2021."),
 ("p", "ETSI TC SmartM2M had replied in July to the questionnaire; no further step is needed."),
 ("h", 2, "5 Next meeting and closing"),
 ("p", "The next meeting is planned for 17 February 2022. The convener thanked everybody and closed the meeting at 15:20."),
])

write("en-wg-minutes.odt", [
 ("h", 1, "ISO/TC 999/WG 7 – Minutes of the 22nd meeting"),
 ("p", "Delft, 12-14 June 2019"),
 ("h", 2, "Action items from the previous meeting"),
 ("li", "21/1: Project leader of 99901-2 – resolve the comments of the CD ballot – done"),
 ("li", "21/2: Mr Prova – contact CEN/TC 888 – in progress, report at the next meeting"),
 ("li", "21/3: All experts – check the list of normative references – no longer needed"),
 ("h", 2, "Part 3, Test methods"),
 ("p", "WG 7 discussed whether annex C should be deleted. Three experts were in favour, nine against; annex C stays."),
 ("p", "The experts from Japan undertook to submit test results for clause 6.4 no later than 1 September 2019."),
 ("p", "Resolution 22/1: WG 7 instructs the project leader to prepare the DIS text of part 3 for submission to the committee manager by 30 September 2019."),
 ("p", "Resolution 22/2: WG 7 appoints Ms Muster as project leader of part 4."),
 ("p", "Resolution 22/3: WG 7 thanks NEN for hosting the meeting."),
 ("h", 2, "Part 5"),
 ("p", "Since no resources are available, it was agreed not to ask TC 999 for a new work item at this stage."),
 ("p", "The convenor shall bring the matter to the attention of the TC plenary in November 2019."),
 ("h", 2, "Any other business"),
 ("p", "National bodies wishing to host the spring meeting are kindly asked to contact the secretariat before 15 August 2019."),
])

write("en-mou-minutes.pdf", [
 ("h", 1, "MoU/MG – Draft minutes of the 42nd meeting"),
 ("p", "UNECE, Geneva, 3-4 April 2019. Chair: Ms Beispiel (IEC). Secretary: Mr Ejemplo (ITU)."),
 ("h", 2, "1. Matters arising from the 41st meeting"),
 ("p", "Carried over: 41/02 ITU to supply the joint calendar of meetings."),
 ("p", "Carried over: the IEC paper on digital product passports remains open."),
 ("p", "41/03 (UN/CEFACT to present its buy-ship-pay model) was completed during the meeting."),
 ("h", 2, "2. Sharing of work programmes"),
 ("p", "ISO/TC 154 presented document MoUMG-611. The members noted it with appreciation."),
 ("p", "TASK: ISO/CS, by 17 May 2019. Publish the combined list of e-business projects on the site of the MoU."),
 ("p", "TASK: all members, before the 43rd meeting. Verify the entries of their own organization in that list."),
 ("h", 2, "3. Membership"),
 ("p", "The request of Example Forum to become an international user group was considered. The Management Group did not accept the request, and the Secretary is to inform Example Forum accordingly."),
 ("p", "GS1 and OASIS are each to confirm their representatives in writing by 30 June 2019."),
 ("h", 2, "4. Communication"),
 ("p", "Ms Beispiel reported that a leaflet had been printed last year. ITU will consider whether to translate it."),
 ("h", 2, "5. Next meeting"),
 ("p", "The 43rd meeting will be held at ISO in Geneva on 13 and 14 November 2019. The agenda will be circulated in September."),
])

write("en-steering.html", [
 ("h", 1, "Steering Committee on Conformity Assessment, call of 21 January 2020"),
 ("p", "Present: ITU (TSB), IEC, ILAC, IAF. Apologies: ISO."),
 ("h", 2, "Decisions"),
 ("li", "The pilot will be prolonged to the end of 2020."),
 ("li", "The name of the scheme will not be changed."),
 ("h", 2, "Next steps"),
 ("t", [["Task", "Owner", "Support", "Target date", "Remarks"],
   ["Draft the terms of reference of the pilot", "TSB", "IEC", "14 February 2020", "first draft exists"],
   ["Collect lists of accredited laboratories", "ILAC", "–", "Q1 2020", ""],
   ["Legal check of the logo", "IEC / ITU", "", "asap", "not started"],
   ["Nominate a member for the appeals panel", "IAF", "", "28/02/2020", "Done on 20 January"]]),
 ("h", 2, "Open points"),
 ("li", "Fees (IEC) – proposal expected for the next call"),
 ("li", "Translation of the rules: who pays? To be discussed at a later meeting."),
 ("p", "Everyone: please send corrections to these notes by Friday, 31 January 2020."),
])

write_mail("en-ls-requests.eml", "LS/r on the harmonization of identifiers for digital objects", "Mon, 08 Feb 2021 09:30:00 +0100", """LIAISON STATEMENT

From: ITU-T SG20
To: ISO/IEC JTC 1/SC 31; GS1
Copy: ITU-T SG2
Title: Harmonization of identifiers for digital objects
For: Action
Deadline for reply: 12 April 2021
Contact: rapporteur-q4@example.int

ITU-T SG20 thanks ISO/IEC JTC 1/SC 31 for its liaison of December 2020 and has carefully studied the three comments.

SG20 cannot accept the second comment, for the reasons in the attachment.

In order to complete the work at its next meeting (18-28 May 2021), SG20 asks SC 31:
a) to state whether the annex on resolution may be published under common text;
b) to appoint a contact for the joint editing session.

GS1 is respectfully requested to check the use of its name in clause 7.

SG20 looks forward to continued co-operation.
""")

write("fr-comite-pilotage.docx", [
 ("h", 1, "Compte rendu de la réunion du comité de pilotage « Accessibilité »"),
 ("p", "Genève, le 18 septembre 2020"),
 ("h", 2, "1. Suivi des actions précédentes"),
 ("p", "Action 6 (Mme Exemple) : glossaire bilingue. Terminé."),
 ("p", "Action 7 (Secrétariat) : relancer les membres qui n'ont pas répondu à l'enquête. En cours."),
 ("h", 2, "2. Lignes directrices"),
 ("p", "Le président rappelle que le texte a été adopté en mars. Une proposition visant à le rouvrir n'a pas été retenue."),
 ("p", "Le Rapporteur est prié de transmettre la version consolidée au TSB au plus tard le 16 octobre 2020."),
 ("p", "M. Dubois se charge de la mise en page et la terminera pour la fin du mois d'octobre."),
 ("p", "La délégation de la Suisse s'engage à fournir une traduction en allemand d'ici au 1er décembre 2020."),
 ("h", 2, "3. Atelier de 2021"),
 ("p", "Il est convenu que le TSB réservera une salle. Il a été demandé aux membres du comité de proposer des orateurs avant le 15 novembre 2020."),
 ("p", "L'UER n'est pas tenue de présenter un rapport."),
 ("p", "Il appartient à la CE 16 de valider le programme."),
 ("h", 2, "4. Divers"),
 ("p", "Pour information : la Journée mondiale de l'accessibilité aura lieu le 20 mai 2021."),
 ("p", "La prochaine réunion se tiendra le 11 décembre 2020."),
])

write("es-reunion-coordinacion.html", [
 ("h", 1, "Reunión de coordinación CITEL – Resumen de conclusiones"),
 ("p", "Ciudad de México, 9 de agosto de 2019"),
 ("h", 2, "Temas tratados"),
 ("p", "La relatora presentó el avance de la propuesta interamericana sobre inteligencia artificial. México retiró su contribución."),
 ("p", "Se pide a las administraciones que envíen sus comentarios a la relatora antes del 30 de agosto de 2019."),
 ("p", "Argentina se encarga de consolidar el documento y lo distribuirá el 6 de septiembre de 2019."),
 ("p", "El Sr. Muestra (Brasil) se comprometió a preparar una nota informativa para la próxima reunión."),
 ("p", "No se aceptó la solicitud de crear un nuevo grupo de trabajo."),
 ("h", 2, "Tareas"),
 ("t", [["Quién", "Qué", "Cuándo"],
   ["Secretaría", "Actualizar la lista de coordinadores", "16/08/2019"],
   ["Perú y Chile", "Elaborar el cuestionario sobre numeración", "finales de septiembre de 2019"]]),
 ("p", "Corresponde a la Secretaría convocar la teleconferencia del 20 de septiembre."),
 ("p", "Para información: el taller de Bogotá tendrá lugar en octubre."),
])

write("ru-itogi.docx", [
 ("h", 1, "Протокол заседания рабочей группы по подготовке к ВАСЭ"),
 ("p", "Москва, 25 февраля 2020 года"),
 ("p", "Присутствовали: представители 9 администраций связи."),
 ("h", 2, "1. О проекте общего предложения по Резолюции 50"),
 ("p", "Слушали: Примерова А. А."),
 ("p", "Решили:"),
 ("n", "Поручить координатору доработать текст с учетом замечаний до 13 марта 2020 г."),
 ("n", "Просить администрацию Беларуси представить статистику инцидентов (срок – 20 марта)."),
 ("n", "Предложение о разделении резолюции на две отклонить."),
 ("h", 2, "2. О координации с СЕПТ"),
 ("p", "Образцов Б. Б. берет на себя подготовку письма в СЕПТ. Срок: 6 марта 2020 г."),
 ("p", "Рекомендовать администрациям назначить экспертов для участия в межрегиональной встрече."),
 ("p", "Отв.: Секретариат. Разместить материалы заседания на портале. Срок: 3 рабочих дня."),
 ("h", 2, "3. Разное"),
 ("p", "Принять к сведению информацию о семинаре в Минске."),
 ("p", "Ранее секретариат направил материалы всем участникам."),
])

write("ar-mahdar-lajna.docx", [
 ("h", 1, "محضر موجز لاجتماع الفريق العربي المعني بالتقييس"),
 ("p", "القاهرة، 14 أكتوبر 2019"),
 ("h", 2, "أولاً: متابعة قرارات الاجتماع السابق"),
 ("p", "عرضت الأمانة ما تم تنفيذه. لم يرد المغرب على الاستبيان بعد."),
 ("h", 2, "ثانياً: المقترحات العربية المشتركة"),
 ("p", "كُلّف المنسق بصياغة المقترح الموحد قبل 31 أكتوبر 2019."),
 ("p", "يُرجى من الإدارات العربية إرسال ملاحظاتها في موعد أقصاه 15 نوفمبر 2019."),
 ("p", "تتولى الإمارات إعداد العرض المرئي."),
 ("p", "رُفض مقترح إنشاء فريق فرعي."),
 ("h", 2, "ثالثاً: التدريب"),
 ("p", "تعهدت سلطنة عمان باستضافة ورشة العمل في يناير 2020."),
 ("p", "للعلم: تعقد الجمعية العالمية في نوفمبر 2020."),
])

write("en-rapporteur-group.docx", [
 ("h", 1, "Progress report of the TSAG Rapporteur Group on Strengthening Collaboration"),
 ("p", "Source: Rapporteur, RG-SC"),
 ("h", 2, "1. Introduction"),
 ("p", "The group met electronically on 12 and 13 May 2020. The terms of reference are in Annex A. About forty delegates attended."),
 ("h", 2, "2. Guidelines for liaison officers"),
 ("p", "The group considered C.88 and supported its first proposal. The second proposal was withdrawn by its proponent."),
 ("p", "Mr Vzor (Russian Federation) kindly accepted to consolidate the comments received; he should circulate a clean text on the mailing list by 5 June 2020."),
 ("p", "TSB is invited to advise whether the guidelines can be published as a Supplement to the A-series."),
 ("h", 2, "3. Mapping of JTC 1 and ITU-T activities"),
 ("p", "The liaison officer to JTC 1 was requested to verify entries 4 to 9 of the mapping table."),
 ("p", "Study group chairmen are reminded that their updates are due by 31 July 2020."),
 ("p", "In response to a question, TSB explained that it had already sent the mapping table to IEC."),
 ("h", 2, "4. Action items"),
 ("n", "RG-SC-1: Rapporteur. Arrange an e-meeting in the week of 7 September 2020."),
 ("n", "RG-SC-2: TSB, Rapporteur. Set up a workspace for drafts; deadline: 29 May 2020."),
 ("n", "RG-SC-3: United Kingdom. Consider submitting a contribution on the fast-track procedure to the September meeting."),
 ("h", 2, "5. Any other business"),
 ("p", "None."),
])

write("en-sc-resolutions.pdf", [
 ("h", 1, "Resolutions of the 31st plenary meeting of ISO/IEC JTC 1/SC 99"),
 ("p", "Sapporo, 28 October - 1 November 2019"),
 ("p", "Resolution 2019-01 – Adoption of the agenda"),
 ("p", "SC 99 adopts the agenda in document N 3111."),
 ("p", "Resolution 2019-02 – Systematic review"),
 ("p", "SC 99 confirms ISO/IEC 90001:2014 and directs its secretariat to notify ITTF of the result."),
 ("p", "Resolution 2019-03 – Liaison with ITU-T SG16"),
 ("p", "SC 99 nominates Dr. Mustermann as liaison officer to ITU-T SG16 and requests him to report to the next plenary meeting."),
 ("p", "Resolution 2019-04 – Study group on digital twins"),
 ("p", "SC 99 establishes a study group on digital twins, with Korea as convenor, and asks national bodies to name experts by 15 January 2020."),
 ("p", "Resolution 2019-05 – Request to JTC 1"),
 ("p", "SC 99 asks JTC 1 to approve the revised scope given in document N 3130."),
 ("p", "Resolution 2019-06 – Free availability"),
 ("p", "SC 99 decides not to request the free availability of ISO/IEC 90002."),
 ("p", "Resolution 2019-07 – Project editors"),
 ("p", "The project editors of ISO/IEC 90010-1 and ISO/IEC 90010-2 are instructed to deliver CD texts to the secretariat before 2020-03-31."),
 ("p", "Resolution 2019-08 – Appreciation"),
 ("p", "SC 99 thanks JISC and the city of Sapporo."),
])

write("en-vocabulary-call.html", [
 ("h", 1, "Vocabulary Task Force telecon, 4 March 2021"),
 ("p", "Present: Ines, Joost, Karla, Wei. Regrets: Tom. Chair: Ines. Scribe: Karla."),
 ("h", 2, "Actions from last week"),
 ("li", "ACTION-41 on Joost to rewrite the introduction: DONE"),
 ("li", "ACTION-42 on Tom to ask the I18N group for a review: pending, Tom absent"),
 ("h", 2, "Issue 17: direction metadata"),
 ("p", "Wei: we could drop the property altogether."),
 ("p", "Ines: objections? ... none heard"),
 ("p", "RESOLUTION: Drop the direction property from the vocabulary."),
 ("p", "ACTION-43: Wei to edit the draft accordingly - due 2021-03-11"),
 ("h", 2, "Issue 19: examples"),
 ("p", "Karla: I can write three more examples, but not before April."),
 ("p", "ACTION: Karla - three examples for section 4, due 9 April"),
 ("p", "Joost: someone should talk to schema.org"),
 ("p", "Ines takes that on."),
 ("h", 2, "Next call"),
 ("p", "18 March, no call next week."),
 ("p", "[Adjourned]"),
])

write("en-action-log.odt", [
 ("h", 1, "MoU/MG action log"),
 ("p", "Status as of 15 March 2019, prepared by the Secretary for the 42nd meeting"),
 ("t", [["#", "Raised", "Who", "Description of the action", "When", "State of play"],
   ["38-4", "April 2017", "ITU-T", "Name a representative to IEC SyC AAL", "—", "No candidate so far"],
   ["40-1", "May 2018", "ISO, IEC", "Compare their catalogues of e-business standards", "42nd meeting", "Under way"],
   ["41-2", "Nov. 2018", "UNECE", "Report on the use of the Core Component Library", "15/3/2019", "Received, closed"],
   ["41-3", "Nov. 2018", "Secretary", "Ask the user groups for their interest in a workshop", "End of January 2019", "Withdrawn"]]),
 ("h", 2, "Remarks by the Secretary"),
 ("p", "Item 38-4 has been on the list for two years. The members may wish to drop it."),
 ("p", "ISO and IEC have each been reminded in February."),
 ("p", "The next version of the log will be issued two weeks after the meeting."),
])

write("en-liaison-reply.docx", [
 ("t", [["Question(s):", "10/17", "Virtual, 20-30 April 2021"],
        ["Ref.: SG17-LS301", "", ""],
        ["Source:", "ITU-T Study Group 17", ""],
        ["Title:", "LS/r on decentralized identity (reply to W3C DID WG)", ""]]),
 ("t", [["For action to:", "W3C Decentralized Identifier Working Group"],
        ["For comment to:", "-"],
        ["For information to:", "ISO/TC 307; DIF"],
        ["Approval:", "ITU-T SG17 meeting (30 April 2021)"],
        ["Deadline:", "16 August 2021"],
        ["Contact:", "Ms Sample, Rapporteur of Q10/17"]]),
 ("p", "ITU-T SG17 is pleased to inform you that work item X.did-sec was started in January."),
 ("p", "We would appreciate your views on clause 8 (threats) of the attached draft. We do not expect comments on the other clauses."),
 ("p", "SG17 will continue to keep you informed."),
 ("p", "Attachment: X.did-sec (draft)"),
])

write_mail("en-call-summary.eml", "[FG-AN] Summary of yesterday's WG1 call", "Thu, 11 Nov 2021 08:12:00 +0000", """Dear all,

thanks for joining. In short:

* Use case 14 is accepted as is. Use case 15 (proposed by Example Univ.) was turned down for lack of detail.
* Abena and Luca to merge use cases 3 and 9; please have it ready by Wed 24 November.
* Luca still owes us the gap table. Luca, could you let us have it this week?
* The secretariat (Tatiana) is going to book the room in Geneva.
* We did not manage to discuss the glossary. It moves to the next call.
* @Ravi: can you upload the slides that you showed?
* Homework for everybody: read the architecture draft before 1 December.

FYI, the parent group (SG13) meets from 29 November to 10 December.

Best regards
Chair of WG1
""")

write("fr-releve-conclusions.odt", [
 ("h", 1, "Relevé de conclusions du bureau de la Commission d'études 3"),
 ("p", "Réunion du 22 janvier 2020 (visioconférence)"),
 ("h", 2, "Points traités"),
 ("p", "Le bureau approuve l'ordre du jour. Il prend note de la démission de M. Modèle."),
 ("p", "Le bureau charge Mme Témoin de préparer le projet de plan opérationnel, à remettre avant le 10 février 2020."),
 ("p", "Les vice-présidents sont invités à faire connaître leurs préférences d'ici fin janvier."),
 ("p", "Le TSB fera parvenir aux membres la liste des contributions en retard."),
 ("p", "La question de l'itinérance a été évoquée sans qu'une suite lui soit donnée."),
 ("p", "La CE 2 doit encore se prononcer sur le mandat commun."),
 ("h", 2, "Actions à mener"),
 ("t", [["Action", "Pilote", "Délai", "Observations"],
   ["Rédiger la note de liaison à l'OCDE", "Rapporteur Q.9", "14/02/2020", ""],
   ["Relire la traduction anglaise", "TSB", "dès que possible", "fait"],
   ["Organiser la session sur l'économie numérique", "Présidente, BDT", "T2 2020", "à confirmer"]]),
 ("p", "À faire par tous : vérifier les coordonnées dans l'annuaire (échéance 31/01/2020)."),
 ("p", "Le bureau se réunira de nouveau le 3 mars 2020."),
])

write("es-acta-comision.docx", [
 ("h", 1, "Acta resumida de la reunión del Grupo Regional para las Américas de la CE 17"),
 ("p", "Asunción, 2 y 3 de abril de 2019. Presidente: Sr. Ejemplo (Paraguay)."),
 ("h", 2, "1. Acciones de la reunión anterior"),
 ("li", "AC-3: Panamá – traducir la guía de buenas prácticas – cumplida"),
 ("li", "AC-4: TSB – base de datos de expertos – en curso"),
 ("h", 2, "2. Debates"),
 ("p", "El Grupo agradeció a Uruguay su presentación. Uruguay se ofreció a compartir el código fuente."),
 ("p", "Se acordó que el Presidente remita una carta a la CITEL a más tardar el 30 de abril de 2019."),
 ("p", "Se decidió no modificar el mandato del Grupo."),
 ("p", "Se solicita a la BDT que financie dos becas. La BDT deberá responder en un plazo de un mes."),
 ("p", "La Relatora queda encargada de redactar el informe final."),
 ("p", "Los Estados Miembros que aún no hayan designado coordinador deberán hacerlo antes del 31 de mayo de 2019."),
 ("p", "Está pendiente la respuesta de la CE 11 sobre falsificación de dispositivos."),
 ("p", "La próxima reunión se celebrará en 2020."),
])

write("zh-gongzuozu.html", [
 ("h", 1, "区块链焦点组第四次会议行动项汇总"),
 ("p", "2018年10月8日至11日，示例市"),
 ("t", [["编号", "事项", "责任方", "完成期限", "进展"],
   ["D-1", "整理术语表", "第一工作组", "2018年11月15日", "进行中"],
   ["D-2", "联系ISO/TC 307，交换文稿", "秘书处", "2018年10月底", "已完成"],
   ["D-3", "提交用例模板", "王示例、赵范例", "下次会议前", ""]]),
 ("h", 2, "会议讨论"),
 ("p", "会议责成编辑组统一格式，并于12月1日前报送主席。"),
 ("p", "主席邀请各成员推荐评审专家，截止日期为2018年11月30日。"),
 ("p", "日本代表表示愿意承担英文校对工作。"),
 ("p", "关于设立新工作组的建议被否决。"),
 ("p", "第20研究组尚未回复联络函。"),
])
