//! Bodies and people as reports name them, and one way of writing each.

use std::sync::LazyLock;

use regex::Regex;

use super::super::lexicon::{ALL, pattern};
use crate::action::{Body, Person, fold, tidy};

/// Names of bodies whose shape tells what they are.
static SHAPES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \b(?:ITU-[TRD]\s+)?(?:SG|Study\ Group)\s?\d{1,2}\b
        | (?i:\b(?:la\ |los\ )?(?:Commission\ d['’]études|Comisi[oó]n\ de\ Estudio|CE))\s?\d{1,2}\b
        | (?i:\b(?:ИК|Исследовательск\w+\ комисси\w+))\s?\d{1,2}\b
        | \d{1,2}-\w{1,2}\s(?i:Исследовательск\w+\ комисси\w+)
        | (?:ITU-?T\s*)?第\s?\d{1,2}\s?研究组
        | (?:国际电联)?电信标准化顾问组 | 电信标准化局 | 国际标准化组织 | 国际电工委员会 | الفريق\ الاستشاري\ لتقييس\ الاتصالات
        | لجنة\ الدراسات\ \d{1,2}
        | \bISO/IEC\ JTC\s?\d+(?:/SC\s?\d+)?(?:/WG\s?\d+)?
        | \b(?:ISO|IEC|CEN|ETSI)/(?:TC|SC|SEG|SyC|PC)\s?\d+(?:/(?:SC|WG)\s?\d+)*
        | \b(?:SEG|TC|SyC|SC)\s\d{1,3}\b
        | \bWP\s?\d/\d{1,2}\b | \bWorking\ Party\s\d/\d{1,2}\b
        | \bQ\d{1,2}/\d{1,2}\b | \bQuestion\s\d{1,2}/\d{1,2}\b
        | \b(?:ITU-T\s)?(?:FG|JCA|GSI|CG)[-\s][A-Z][\w-]*
        | \bITU-[TRD]\b | \bUN/(?:CEFACT|ECE)\b | \bМСЭ-[TRDТРД]\b | \bUIT-[TRD]\b
        | \b(?:TSAG|TSB|BDT|ITU|ISO|IEC|IETF|IRTF|3GPP|ETSI|W3C|IEEE|OASIS|oneM2M|GSMA|RAG|TDAG|WTSA|BIPM|UPU|WHO|WMO|CEI|UIT|МСЭ|ИСО|МЭК|БСЭ|КГСЭ|GCNT|GANT|TSAG|MoU/MG)\b
        ",
    )
});

/// The bodies and people of the register, by which what a report names is written as the register writes it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::minutes) struct Known<'r> {
    pub(in crate::minutes) bodies: &'r [Body],
    pub(in crate::minutes) people: &'r [Person],
}

impl Known<'_> {
    /// Those whom a cell names. One that is a name of the register is not taken apart, whatever stands in it.
    pub(in crate::minutes) fn list(&self, cell: &str) -> Vec<String> {
        let wanted = fold(cell);
        let bodies = self.bodies.iter().map(|body| &body.name);
        let whole =
            bodies.chain(self.people.iter().map(|person| &person.name)).find(|name| fold(name) == wanted);
        if let Some(name) = whole {
            return vec![name.clone()];
        }
        let mut names: Vec<String> = split(cell).iter().map(|name| self.name(name)).collect();
        names.dedup_by(|a, b| fold(a) == fold(b));
        names
    }

    /// The name in the register of what the report calls `name`; else the report's, in the one way of writing it.
    pub(in crate::minutes) fn name(&self, name: &str) -> String {
        let name = plain(name);
        let written = canonical(&name);
        let wanted = [fold(&name), fold(&written)];
        let is_it = |text: &str| wanted.contains(&fold(text)) || wanted.contains(&fold(&canonical(text)));
        let body =
            self.bodies.iter().find(|body| is_it(&body.name) || body.full_name.as_deref().is_some_and(is_it));
        if let Some(body) = body {
            return body.name.clone();
        }
        let person = self.people.iter().find(|person| wanted.contains(&fold(&person.name)));
        person.map_or(written, |person| person.name.clone())
    }
}

/// What only introduces a name.
const INTRODUCTIONS: [&str; 26] = [
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
    "г-н ",
];

/// The name without articles and what only introduces it.
pub(in crate::minutes) fn plain(name: &str) -> String {
    let mut rest = tidy(name.trim_matches(|c: char| c.is_whitespace() || ",;:*[]".contains(c)));
    loop {
        let lower = rest.to_lowercase();
        let articles = ALL.iter().flat_map(|lexicon| lexicon.articles.iter().copied());
        let cut =
            articles.chain(INTRODUCTIONS).find(|word| lower.starts_with(word) && lower.len() > word.len());
        // Lower case may be of another length.
        let Some(left) = cut.and_then(|word| rest.get(word.len()..)) else { break };
        rest = left.trim_start().to_owned();
    }
    // "SG17 (Security)", "Mr. A (TSB)"
    let end = rest.find(" (").filter(|at| *at > 0).unwrap_or(rest.len());
    rest.truncate(end);
    rest.trim_end_matches([',', ' ', '.']).to_owned()
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
        _ => name,
    }
}

/// The bodies that a text names, in its order, as it writes them.
pub(in crate::minutes) fn named(text: &str) -> Vec<&str> {
    SHAPES.find_iter(text).map(|found| found.as_str()).collect()
}

/// Who cannot be chased.
const NOBODY: [&str; 22] = [
    "participants",
    "delegates",
    "everyone",
    "the floor",
    "attendees",
    "meeting participants",
    "readers",
    "it",
    "this",
    "that",
    "they",
    "which",
    "who",
    "there",
    "he",
    "she",
    "we",
    "presenters",
    "all participants",
    "interested parties",
    "following",
    "participantes",
];

/// A text that begins with one of these is no name.
const PREPOSITIONS: [&str; 12] =
    ["from ", "by ", "of ", "in ", "on ", "for ", "at ", "with ", "as ", "about ", "concerning ", "not "];

/// Whether a text is, or begins with, what can be asked: a body, a role, a person's name.
pub(in crate::minutes) fn can_be_asked(name: &str) -> bool {
    let name = plain(name);
    if name.is_empty() || name.chars().count() > 120 {
        return false;
    }
    let lower = name.to_lowercase();
    if NOBODY.contains(&lower.as_str()) {
        return false;
    }
    if PREPOSITIONS.iter().any(|word| lower.starts_with(word)) {
        return false;
    }
    if SHAPES.find(&name).is_some_and(|found| found.start() == 0) {
        return true;
    }
    is_role(&lower)
        || name.chars().next().is_some_and(|c| c.is_uppercase() || !(c.is_lowercase() || c.is_ascii()))
}

/// The nouns, but for those of Russian, which change their ends.
const ROLES: [&str; 48] = [
    "director",
    "secretariat",
    "secretary",
    "member",
    "members",
    "administration",
    "administrations",
    "chairman",
    "chair",
    "chairs",
    "chairmen",
    "rapporteur",
    "rapporteurs",
    "editor",
    "editors",
    "group",
    "groups",
    "committee",
    "committees",
    "organization",
    "organizations",
    "organisations",
    "organisation",
    "expert",
    "experts",
    "contributors",
    "liaison",
    "bureau",
    "convener",
    "convenor",
    "coordinator",
    "states",
    "team",
    "directeur",
    "secrétariat",
    "membres",
    "président",
    "rapporteurs",
    "administrations",
    "secretaría",
    "miembros",
    "presidente",
    "relatores",
    "директор",
    "секретариат",
    "член",
    "докладчик",
    "администрации",
];

/// Nouns of those who are asked without a name of their own.
fn is_role(lower: &str) -> bool {
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
        ROLES.contains(&word)
            || ["директор", "секретариат", "член", "докладчик", "администраци", "председател", "редактор"]
                .iter()
                .any(|stem| word.starts_with(stem))
    })
}

/// The members of a list of those who are asked: "UN/CEFACT, ISO, and the Focus Group on X and Y" are three.
pub(in crate::minutes) fn split(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in pieces(text) {
        let piece_name = plain(&piece.1);
        match parts.last_mut() {
            // "blockchain and distributed ledger technologies": the second is nobody.
            Some(last) if !stands_alone(&piece_name, false) => {
                last.push_str(&piece.0);
                last.push_str(piece.1.trim());
            }
            _ => parts.push(piece_name),
        }
    }
    parts.retain(|part| !part.is_empty());
    for part in &mut parts {
        *part = plain(part);
    }
    share_role(&mut parts);
    parts
}

/// Those of whom a body has one: several of them are of several bodies.
const SEVERAL: [&str; 12] = [
    "chairmen of ",
    "chairs of ",
    "chairpersons of ",
    "rapporteurs of ",
    "rapporteurs for ",
    "secretaries of ",
    "directors of ",
    "editors of ",
    "présidents de ",
    "rapporteurs de ",
    "presidentes de ",
    "relatores de ",
];

/// "the chairmen of SG5 and SG20": the second is the chairman of SG20, not SG20.
fn share_role(parts: &mut [String]) {
    let Some((first, others)) = parts.split_first_mut() else { return };
    let lower = first.to_lowercase();
    let Some(role) = SEVERAL.iter().find(|role| lower.starts_with(**role)) else { return };
    let role = first.get(..role.len()).unwrap_or_default().to_owned();
    for part in others.iter_mut().filter(|part| SHAPES.find(part).is_some_and(|found| found.start() == 0)) {
        part.insert_str(0, &role);
    }
}

/// The pieces between commas and "and", each with what stood in front of it.
fn pieces(text: &str) -> Vec<(String, String)> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\s*[,;،、\n]\s*(?:and\s+|et\s+|y\s+|и\s+|和|以及)?|\s+(?:and|et|y|e|и|as well as|ainsi que|así como|а также|&)\s+|\s+/\s+|\s+و|(?:以及|和|及)",
        )
    });
    let mut out = Vec::new();
    let (mut start, mut before) = (0, String::new());
    for found in BETWEEN.find_iter(text) {
        out.push((std::mem::take(&mut before), text[start..found.start()].to_owned()));
        found.as_str().clone_into(&mut before);
        start = found.end();
    }
    out.push((before, text[start..].to_owned()));
    out
}

/// Whether a piece of a list is somebody by itself. Of one that begins a sentence a capital tells nothing.
pub(super) fn stands_alone(name: &str, is_first: bool) -> bool {
    let first = name.chars().next();
    let named = SHAPES.find(name).is_some_and(|found| found.start() == 0);
    named || is_role(&name.to_lowercase()) || !is_first && first.is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_written_in_one_way() {
        for name in [
            "Study Group 17",
            "SG 17",
            "ITU-T SG17",
            "the ITU-T Study Group 17 (Security)",
            "la Commission d'études 17",
            "la Comisión de Estudio 17",
            "17-я Исследовательская комиссия",
            "第17研究组",
            "ИК17",
            "لجنة الدراسات 17",
        ] {
            assert_eq!(Known::default().name(name), "SG17", "{name}");
        }
        assert_eq!(
            Known::default().name("the proposed ITU-T Focus Group on blockchain"),
            "ITU-T Focus Group on blockchain"
        );
        assert_eq!(Known::default().name("Working Party 1/17"), "WP1/17");
        assert_eq!(Known::default().name("МСЭ-Т"), "ITU-T");
        assert_eq!(Known::default().name("Mr. Jean Exemple (TSB)"), "Jean Exemple");
    }

    #[test]
    fn a_list_is_split_where_the_parts_are_somebody() {
        assert_eq!(
            split(
                "representatives of UN/CEFACT, ISO, and the proposed ITU-T Focus Group on blockchain and distributed ledger technologies"
            ),
            ["UN/CEFACT", "ISO", "ITU-T Focus Group on blockchain and distributed ledger technologies"]
        );
        assert_eq!(split("SG13 and SG17"), ["SG13", "SG17"]);
        assert_eq!(
            split("the chairmen of SG5 and SG20, and the Secretariat"),
            ["chairmen of SG5", "chairmen of SG20", "Secretariat"]
        );
        assert_eq!(split("the Director of TSB and SG20"), ["Director of TSB", "SG20"]);
        assert_eq!(split("the Director of TSB"), ["Director of TSB"]);
        assert_eq!(split("Member States and Sector Members"), ["Member States", "Sector Members"]);
    }
}
