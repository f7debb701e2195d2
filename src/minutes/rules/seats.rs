//! Who holds a seat: "Mr. A (Orange, France) is the ITU-T representative at the MoU/MG together with Mr. B (TSB)".

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    super::{Evidence, Place, Seated, lexicon::pattern},
    bodies::{named, plain},
    known::Known,
    text::sentences,
};
use crate::action::Seat;

const NAME: &str =
    r"(?:(?:Mr|Ms|Mrs|Dr|Prof|Mme|M|Sr|Sra)\.?\s+)?(?:\p{Lu}[\p{L}'’-]+\s+){1,3}\p{Lu}[\p{L}'’-]+";

static IS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let person = format!(r"(?P<name>{NAME})(?:\s+\((?P<org>[^)]{{2,60}})\))?");
    let other = format!(r"(?:\s+together\s+with\s+(?P<other>{NAME})(?:\s+\((?P<otherorg>[^)]{{2,60}})\))?)?");
    [
        format!(r"{person}\s+(?:is|was appointed(?: as)?|has been appointed(?: as)?|will act as|was nominated as|serves as)\s+(?:the\s+|an?\s+)?(?P<body>[\w/-]+(?:\s\d+)?)\s+(?P<role>representative|liaison officer|observer|delegate)\s+(?:at|to|in|on)\s+(?:the\s+)?(?P<at>[^.;,]+?){other}(?:[.;,]|$)"),
        format!(r"(?P<body>[\w/-]+)\s+is\s+represented\s+(?:at|in|on)\s+(?:the\s+)?(?P<at>[^.;,]+?)\s+by\s+{person}(?:\s+(?:and|together\s+with)\s+(?P<other>{NAME})(?:\s+\((?P<otherorg>[^)]{{2,60}})\))?)?"),
        format!(r"{person}\s+(?:est|a été désigné(?:e)?(?: comme)?)\s+(?:le\s+|la\s+)?(?P<role>représentante?)\s+(?:de\s+l['’]|du\s+|de\s+la\s+|de\s+)(?P<body>[\w/-]+)\s+(?:auprès\s+(?:du|de\s+la|de\s+l['’]|de)|au|à\s+la|à)\s*(?P<at>[^.;,]+)"),
        format!(r"{person}\s+(?:es|ha sido designad[oa](?: como)?)\s+(?:el\s+|la\s+)?(?P<role>representante)\s+(?:del\s+|de\s+la\s+|de\s+)(?P<body>[\w/-]+)\s+(?:ante|en)\s+(?:el\s+|la\s+)?(?P<at>[^.;,]+)"),
    ]
    .iter()
    .map(|source| pattern(source))
    .collect()
});

/// Who holds a seat by what a paragraph says.
pub(super) fn seats(text: &str, place: &Place, known: Known<'_>) -> Vec<Seated> {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        let Some(found) = IS.iter().find_map(|shape| shape.captures(sentence)) else { continue };
        let at = found.name("at").map_or("", |at| at.as_str());
        let bodies: Vec<_> = named(&found["body"]).collect();
        if bodies.is_empty() {
            continue;
        }
        let seat = Seat {
            body: known.name(&found["body"]),
            role: "representative".to_owned(),
            at: Some(known.name(at)),
        };
        let evidence =
            || Evidence { text: sentence.to_owned(), place: place.clone(), fields: BTreeMap::new() };
        for (name, organization) in [("name", "org"), ("other", "otherorg")] {
            let Some(name) = found.name(name) else { continue };
            let organization = found.name(organization).map(|organization| organization.as_str().to_owned());
            out.push(Seated {
                seat: seat.clone(),
                name: plain(name.as_str()),
                organization,
                evidence: evidence(),
                held: None,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_represents_a_body_is_found_with_the_organization() {
        let text = "In agreement with the TSB Director, Mr. Jean Exemple (Example Telecom, France) is the ITU-T representative at the MoU/MG together with Ms. Maria Muster (TSB).";
        let found = seats(text, &Place::default(), Known::default());
        let shown: Vec<_> = found
            .iter()
            .map(|one| {
                format!("{}: {} ({})", one.seat, one.name, one.organization.as_deref().unwrap_or_default())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "ITU-T representative at MoU/MG: Jean Exemple (Example Telecom, France)",
                "ITU-T representative at MoU/MG: Maria Muster (TSB)"
            ]
        );
        assert_eq!(seats("The draft is the ITU-T text at hand.", &Place::default(), Known::default()), []);
    }
}
