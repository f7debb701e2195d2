//! Lists of those who are asked: "UN/CEFACT, ISO, and the Focus Group".

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::pattern,
    actors::is_titled,
    addressees::is_role,
    bodies::{is_shaped, plain},
    numbers::spread,
};

/// The members of a list of those who are asked: "UN/CEFACT, ISO, and the Focus Group on X and Y" are three.
pub(in crate::minutes) fn split(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in pieces(&spread(text)) {
        let piece_name = plain(&piece.1);
        match parts.last_mut() {
            // "the Rapporteur, Mr. Stephen Sample": one, and his name.
            Some(last) if piece.0.trim() == "," && is_titled(&piece.1) && is_role(&last.to_lowercase()) => {}
            // "السودان، لبنان", "王示例、赵范例": no capital tells a name, but the comma parts them.
            Some(_) if ["،", "、"].contains(&piece.0.trim()) && is_short(&piece_name) => {
                parts.push(piece_name);
            }
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

/// Whether a piece is no more than a name, in a script that has no capitals.
fn is_short(name: &str) -> bool {
    let first = name.chars().next();
    let no_case = first.is_some_and(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase());
    no_case && name.split(' ').count() <= 3 && name.chars().count() <= 24 && !name.starts_with('و')
}

/// Those of whom a body has one: several of them are of several bodies.
const SEVERAL: [&str; 18] = [
    "chairmen of ",
    "chairs of ",
    "chairpersons of ",
    "rapporteurs of ",
    "rapporteurs for ",
    "secretaries of ",
    "directors of ",
    "editors of ",
    "project editors of ",
    "project leaders of ",
    "co-editors of ",
    "convenors of ",
    "counsellors of ",
    "coordinators of ",
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
    for part in others.iter_mut().filter(|part| is_shaped(part)) {
        part.insert_str(0, &role);
    }
}

/// The pieces between commas and "and", each with what stood in front of it.
fn pieces(text: &str) -> Vec<(String, String)> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\s*[,;،、\n]\s*(?:and\s+|et\s+|y\s+|и\s+|和|以及)?|\s+(?:and|et|y|e|и|as well as|ainsi que|así como|а также|&|\+)\s+|\s+/\s+|\s+و|(?:以及|和|及)",
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
    is_shaped(name) || is_role(&name.to_lowercase()) || !is_first && first.is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(split("the Rapporteur, Mr. Stephen Sample"), ["Rapporteur"]);
        assert_eq!(split("the Rapporteur and Mr. Stephen Sample"), ["Rapporteur", "Stephen Sample"]);
        assert_eq!(split("Member States and Sector Members"), ["Member States", "Sector Members"]);
    }
}
