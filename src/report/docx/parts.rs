//! The small parts around the text: types, relations, properties, styles, settings, the foot of pages.

use super::body::Pen;
use crate::{
    action::Language,
    report::{
        model::Report,
        xml::{escaped, put},
    },
};

/// How every part begins.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The namespaces of parts with text.
pub(super) const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

pub(super) const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>\
</Types>";

pub(super) const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/>\
</Relationships>";

pub(super) const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
</Relationships>";

pub(super) const APP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
<Application>rappel</Application></Properties>";

/// Title, source, language and day.
pub(super) fn core(report: &Report) -> String {
    let (title, source) = (escaped(&report.title), escaped(&report.source));
    let (language, day) = (report.language, report.day);
    format!(
        "{DECLARATION}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dc:creator>{source}</dc:creator><dc:language>{language}</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:created></cp:coreProperties>"
    )
}

pub(super) fn settings(language: Language) -> String {
    format!(
        "{DECLARATION}<w:settings {NAMESPACE}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"720\"/>\
         <w:characterSpacingControl w:val=\"doNotCompress\"/><w:compat><w:compatSetting \
         w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
         <w:themeFontLang {}/></w:settings>",
        languages(language)
    )
}

/// The number of the page and how many there are.
pub(super) fn footer(report: &Report) -> String {
    let pen = Pen { language: report.language };
    let mut out = format!("{DECLARATION}<w:ftr {NAMESPACE}>");
    pen.begin(&mut out, "Footer");
    let mut fields = ["PAGE", "NUMPAGES"].into_iter();
    for (number, words) in report.page.split('#').enumerate() {
        if let Some(field) = (number > 0).then(|| fields.next()).flatten() {
            put(
                &mut out,
                format_args!("<w:fldSimple w:instr=\" {field} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>"),
            );
        }
        pen.runs(&mut out, words);
    }
    out.push_str("</w:p></w:ftr>");
    out
}

/// For the spelling checker, for each of the scripts that Word tells apart.
fn languages(language: Language) -> String {
    let (east, bidi) = ("zh-CN", "ar-SA");
    let latin = match language {
        Language::French => "fr-CH",
        Language::Russian => "ru-RU",
        Language::Spanish => "es-ES",
        Language::Arabic | Language::Chinese | Language::English => "en-GB",
    };
    format!("w:val=\"{latin}\" w:eastAsia=\"{east}\" w:bidi=\"{bidi}\"")
}

/// The styles, by the names that Word knows, in the look of documents of the ITU.
pub(super) fn styles(language: Language) -> String {
    let mut out = format!(
        "{DECLARATION}<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:eastAsia=\"SimSun\" w:cs=\"Times New Roman\"/><w:sz w:val=\"24\"/>\
         <w:szCs w:val=\"24\"/><w:lang {}/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before=\"120\" \
         w:after=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults>",
        languages(language)
    );
    out.push_str("<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>");
    out.push_str("<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:left w:w=\"85\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>");
    for (id, name, paragraph, run) in [
        (
            "Title",
            "Title",
            "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"240\"/><w:jc w:val=\"center\"/>",
            bold(28),
        ),
        (
            "Heading1",
            "heading 1",
            "<w:keepNext/><w:keepLines/><w:spacing w:before=\"360\" w:after=\"60\"/><w:outlineLvl w:val=\"0\"/>",
            bold(26),
        ),
        (
            "Heading2",
            "heading 2",
            "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"1\"/>",
            bold(24),
        ),
        ("TableHead", "Table head", "<w:keepNext/><w:spacing w:before=\"60\" w:after=\"60\"/>", bold(19)),
        ("TableLabel", "Table label", "<w:spacing w:before=\"50\" w:after=\"50\"/>", bold(22)),
        ("HeadText", "Head text", "<w:spacing w:before=\"50\" w:after=\"50\"/>", size(22)),
        ("TableText", "Table text", "<w:spacing w:before=\"40\" w:after=\"40\"/>", size(19)),
        ("TableEnd", "Table end", "<w:spacing w:before=\"0\" w:after=\"0\"/>", size(12)),
        ("Footer", "footer", "<w:spacing w:before=\"0\"/><w:jc w:val=\"center\"/>", size(18)),
    ] {
        put(
            &mut out,
            format_args!(
                "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
            ),
        );
    }
    out.push_str(&table_style("HeadTable", "Head table", &borders(&["top", "bottom", "insideH"]), ""));
    let every = borders(&["top", "left", "bottom", "right", "insideH", "insideV"]);
    let first_row = "<w:tblStylePr w:type=\"firstRow\"><w:tcPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8EEF4\"/></w:tcPr></w:tblStylePr>";
    out.push_str(&table_style("ReportTable", "Report table", &every, first_row));
    out.push_str("</w:styles>");
    out
}

fn bold(half_points: u32) -> String {
    format!("<w:b/><w:bCs/>{}", size(half_points))
}

fn size(half_points: u32) -> String {
    format!("<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>")
}

fn borders(sides: &[&str]) -> String {
    let side =
        |side: &&str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F7F7F\"/>");
    sides.iter().map(side).collect()
}

fn table_style(id: &str, name: &str, borders: &str, more: &str) -> String {
    format!(
        "<w:style w:type=\"table\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"TableNormal\"/>\
         <w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>{more}</w:style>"
    )
}
