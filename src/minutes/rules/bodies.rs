//! Bodies as reports name them, and one way of writing each.

use std::sync::LazyLock;

use regex::Regex;

use super::super::lexicon::{ALL, pattern};
use crate::action::tidy;

/// Names of bodies whose shape tells what they are.
const SHAPES: &str = r"(?x)
    \b(?:ITU-[TRD]\s+)?(?:SG|Study\ Group)\s?\d{1,2}\b
    | (?i:\b(?:la\ |los\ )?(?:Commission\ d['’]études|Comisi[oó]n\ de\ Estudio|CE))\s?\d{1,2}\b
    | (?i:\b(?:ИК|Исследовательск\w+\ комисси\w+))\s?\d{1,2}\b
    | \d{1,2}-\w{1,2}\s(?i:Исследовательск\w+\ комисси\w+)
    | (?:ITU-?T\s*)?第\s?\d{1,2}\s?研究组
    | (?:国际电联)?电信标准化顾问组 | 电信标准化局 | 国际标准化组织 | 国际电工委员会 | الفريق\ الاستشاري\ لتقييس\ الاتصالات
    | لجنة\ الدراسات\ \d{1,2}
    | \bISO/IEC\ JTC\s?\d+(?:/SC\s?\d+)?(?:/WG\s?\d+)?
    | \b(?:ISO|IEC|CEN|CENELEC|CLC|ETSI)/(?:TC|SC|SEG|SyC|PC|CLC/TC)\s?\d+(?:/(?:SC|WG|AG|JWG)\s?\d+)*
    | \b(?:SEG|TC|SyC|SC)\s\d{1,3}(?:/(?:SC|WG)\s?\d{1,3})*\b
    | \b[A-Z]{1,3}/(?:SG|WP|Q|TSAG|TC|SC)[\s\d/]*\d\b | \bC/TSAG\b | \b(?:WG|SC|AG|PC|GT|РГ|ПК|ТК)\s?\d{1,3}\b
    | \bWP\s?\d/\d{1,2}\b | \bWorking\ Party\s\d/\d{1,2}\b
    | \bQ\d{1,2}/\d{1,2}\b | \bQuestion\s\d{1,2}/\d{1,2}\b
    | \b(?:ITU-T\s)?(?:FG|JCA|GSI|CG)[-\s][A-Z][\w-]*
    | \bITU-[TRD]\b | \bUN/(?:CEFACT|ECE)\b | \bМСЭ-[TRDТРД]\b | \bUIT-[TRD]\b | \b(?:ЕЭК|СЕФАКТ)\ ООН\b
    | \b(?:TSAG|TSB|BDT|ITU|ISO|IEC|IETF|IRTF|3GPP|ETSI|W3C|IEEE|OASIS|oneM2M|GSMA|RAG|TDAG|WTSA|BIPM|UPU|WHO|WMO|CEI|UIT|МСЭ|ИСО|МЭК|БСЭ|КГСЭ|GCNT|GANT|TSAG|MoU/MG)\b
    ";

static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| pattern(SHAPES));
/// A search that may only begin in front ends where the name does, however long the text is.
static IN_FRONT: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A(?:{SHAPES})")));

/// What only introduces a name.
const INTRODUCTIONS: &[&str] = &[
    "d. ",
    "dña. ",
    "don ",
    "doña ",
    "representatives of ",
    "the representatives of ",
    "representative of ",
    "members of ",
    "experts from ",
    "delegates of ",
    "proposed ",
    "relevant ",
    "mr. ",
    "ms. ",
    "mrs. ",
    "dr. ",
    "mr ",
    "ms ",
    "mrs ",
    "dr ",
    "prof. ",
    "m. ",
    "mme ",
    "sr. ",
    "sra. ",
    "to ",
    "also ",
    "and ",
    "both ",
    "those ",
    "these ",
    "г-ну ",
    "г-на ",
    "г-жу ",
    "г-же ",
    "г-н ",
];

/// The name without articles and what only introduces it.
pub(in crate::minutes) fn plain(name: &str) -> String {
    let mut rest = tidy(name.trim_matches(|c: char| c.is_whitespace() || ",;:*[]".contains(c)));
    loop {
        let lower = rest.to_lowercase();
        let articles = ALL.iter().flat_map(|lexicon| lexicon.articles.iter().copied());
        let cut = articles
            .chain(INTRODUCTIONS.iter().copied())
            // "Don" is a name as well.
            .filter(|word| !(*word == "don " && rest.starts_with('D')))
            .find(|word| lower.starts_with(word) && lower.len() > word.len());
        // Lower case may be of another length.
        let Some(left) = cut.and_then(|word| rest.get(word.len()..)) else { break };
        rest = left.trim_start().to_owned();
    }
    // "SG17 (Security)", "Mr. A (TSB)"
    let end = rest.find(" (").filter(|at| *at > 0).unwrap_or(rest.len());
    rest.truncate(end);
    let end = rest.trim_end_matches([',', ' ', '.']);
    // "Образцов Б. Б.": the full stop belongs to the name.
    let last = end.rsplit([' ', '.']).next().unwrap_or_default();
    let is_initial =
        last.chars().count() == 1 && last.starts_with(char::is_uppercase) && last.len() < end.len();
    let full = usize::from(is_initial && rest.get(end.len()..).is_some_and(|rest| rest.starts_with('.')));
    rest.get(..end.len() + full).unwrap_or(end).to_owned()
}

/// One way of writing a body: "Study Group 17", "SG 17", "Commission d'études 17" are SG17.
pub(in crate::minutes) fn canonical(name: &str) -> String {
    let name = tidy(name);
    let lower = name.to_lowercase();
    let groups = [
        "itu-t study group",
        "study group",
        "itu-t sg",
        "sg",
        "commission d'études",
        "commission d’études",
        "comisión de estudio",
        "comision de estudio",
        "ce",
        "ик",
        "исследовательская комиссия",
        "исследовательскую комиссию",
        "исследовательской комиссии",
        "лجنة",
        "لجنة الدراسات",
    ];
    let number = |text: &str| -> Option<u32> {
        let text = text.trim();
        (!text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse().ok())
            .flatten()
    };
    if let Some(number) = groups.iter().find_map(|group| number(lower.strip_prefix(group)?)) {
        return format!("SG{number}");
    }
    // "17-я Исследовательская комиссия", "第17研究组"
    if lower.contains("исследовательск") || lower.contains("研究组") {
        let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
        if let Some(number) = number(&digits) {
            return format!("SG{number}");
        }
    }
    let pairs = [
        ("working party ", "WP"),
        ("wp ", "WP"),
        ("question ", "Q"),
        ("мсэ-т", "ITU-T"),
        ("мсэ-t", "ITU-T"),
        ("мсэ-r", "ITU-R"),
        ("мсэ-d", "ITU-D"),
        ("uit-t", "ITU-T"),
        ("uit-r", "ITU-R"),
        ("uit-d", "ITU-D"),
    ];
    if let Some((start, written)) = pairs.iter().find(|(start, _)| lower.starts_with(start)) {
        let rest = name.get(start.len()..).unwrap_or_default();
        let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
        if written.starts_with("ITU") && rest.is_empty() || is_number {
            return format!("{written}{rest}");
        }
    }
    match lower.as_str() {
        "uit" | "мсэ" | "国际电联" => "ITU".to_owned(),
        "исо" | "国际标准化组织" => "ISO".to_owned(),
        "мэк" | "cei" | "国际电工委员会" => "IEC".to_owned(),
        "кгсэ"
        | "gcnt"
        | "gant"
        | "电信标准化顾问组"
        | "国际电联电信标准化顾问组"
        | "الفريق الاستشاري لتقييس الاتصالات" => "TSAG".to_owned(),
        "бсэ" | "电信标准化局" => "TSB".to_owned(),
        "еэк оон" => "UN/ECE".to_owned(),
        "сефакт оон" => "UN/CEFACT".to_owned(),
        _ => name,
    }
}

/// The bodies that a text names, in its order, as it writes them.
pub(in crate::minutes) fn named(text: &str) -> impl Iterator<Item = &str> {
    ANYWHERE.find_iter(text).map(|found| found.as_str())
}

/// The body whose name a text begins with, as it writes it.
pub(in crate::minutes) fn in_front(text: &str) -> Option<&str> {
    IN_FRONT.find(text).map(|found| found.as_str())
}

/// Whether a name begins with that of a body whose shape tells what it is.
pub(super) fn is_shaped(name: &str) -> bool {
    in_front(name).is_some()
}
