//! What a formula says by itself, without being calculated.

/// The address to which the formula of a cell leads: `HYPERLINK("https://example.org/td12","TD 12")` as a workbook of
/// Excel has it, `of:=HYPERLINK("https://example.org/td12";"TD 12")` as one of `LibreOffice`. None of any other formula, and of
/// an address that has to be calculated.
pub(super) fn leads_to(formula: &str) -> Option<String> {
    const NAME: &str = "HYPERLINK";
    let formula = formula.trim_start().trim_start_matches("of:").trim_start_matches('=').trim_start();
    let name = formula.get(..NAME.len()).filter(|name| name.eq_ignore_ascii_case(NAME))?;
    let mut rest = formula[name.len()..].trim_start().strip_prefix('(')?.trim_start().strip_prefix('"')?;
    let mut address = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        address.push_str(part);
        // Two stand for one.
        let Some(more) = after.strip_prefix('"') else {
            let is_whole = after.trim_start().starts_with([',', ';', ')']);
            return is_whole.then_some(address);
        };
        address.push('"');
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_with_an_address_that_is_written_in_it_leads_there() {
        let td12 = Some("https://example.org/td12".to_owned());
        for formula in [
            "HYPERLINK(\"https://example.org/td12\",\"TD 12\")",
            "HYPERLINK(\"https://example.org/td12\")",
            "of:=HYPERLINK(\"https://example.org/td12\";\"TD 12\")",
            " = hyperlink ( \"https://example.org/td12\" , A1 )",
        ] {
            assert_eq!(leads_to(formula), td12, "{formula}");
        }
        assert_eq!(leads_to("HYPERLINK(\"a\"\"b\")").as_deref(), Some("a\"b"));
    }

    #[test]
    fn what_has_to_be_calculated_or_is_something_else_leads_nowhere() {
        for formula in [
            "",
            "HYPERLINK",
            "HYPERLINK(",
            "HYPERLINK(\"https://example.org/td",
            "HYPERLINK(\"https://example.org/td\"&A2,\"TD\")",
            "HYPERLINK(A2,\"TD\")",
            "IF(A1,HYPERLINK(\"https://example.org/td12\"),\"\")",
            "CONCATENATE(\"a\",\"b\")",
            "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}(",
        ] {
            assert_eq!(leads_to(formula), None, "{formula}");
        }
    }
}
