//! A letter in two languages: everything in the first, a rule, everything in the second.

use super::templates::Rendered;
use crate::action::Language;

/// The rule between the two texts, as wide as a line of text may be.
const RULE: &str = "========================================================================";

/// One letter of two. The subject is that of the first: one that says everything twice would be cut
/// in every list of letters.
pub(super) fn joined(first: Rendered, second: &Rendered, language: Language) -> Rendered {
    Rendered {
        text: format!("{}\n{RULE}\n\n{}", first.text, second.text),
        html: joined_html(&first.html.text(), &second.html.text(), language).into(),
        subject: first.subject,
        // One entry says it once.
        wordings: first.wordings,
    }
}

/// The body of the second page at the end of the first, with its own language and direction. A
/// cell cannot add a tag, so these are the page's own.
fn joined_html(first: &str, second: &str, language: Language) -> String {
    let end = first.rfind("</body>").unwrap_or(first.len());
    let direction = if language.is_right_to_left() { "rtl" } else { "ltr" };
    let (before, after) = first.split_at(end);
    format!(
        "{before}<hr style=\"max-width:640px;margin:24px auto;border:0;border-top:2px solid #7d8894;\">\n\
         <div lang=\"{language}\" dir=\"{direction}\">\n{}</div>\n{after}",
        body(second)
    )
}

/// What stands inside the body of a page; all of it if it has none.
fn body(html: &str) -> &str {
    let inside = html.find("<body").and_then(|at| html[at..].find('>').map(|end| at + end + 1));
    let end = html.rfind("</body>").unwrap_or(html.len());
    html.get(inside.unwrap_or(0)..end).unwrap_or(html).trim_start_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_page_stands_inside_the_first_with_its_own_direction() {
        let page = |text: &str| format!("<html>\n<body class=\"page\">\n<p>{text}</p>\n</body>\n</html>\n");
        let html = joined_html(&page("one"), &page("two"), Language::Arabic);
        assert_eq!(html.matches("<body").count(), 1);
        assert_eq!(html.matches("</html>").count(), 1);
        let (first, second) = html.split_once("<hr ").unwrap();
        assert!(first.contains("<p>one</p>"));
        assert!(second.contains("<div lang=\"ar\" dir=\"rtl\">\n<p>two</p>\n</div>\n</body>"), "{html}");
    }
}
