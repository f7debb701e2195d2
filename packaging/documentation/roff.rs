//! The little of man(7) that the pages need.

/// What stands at the foot of each page.
const SOURCE: &str = concat!("rappel ", env!("CARGO_PKG_VERSION"));

/// The line with which a page begins. Without a date: the same sources are the same bytes.
pub(super) fn title(name: &str, section: u8) -> String {
    format!(".TH {name} {section} \"\" \"{SOURCE}\" \"rappel\"\n")
}

/// A page that grows.
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A page with its title line and its NAME section.
    pub(super) fn new(name: &str, section: u8, about: &str) -> Self {
        let mut page = Self { text: title(name, section) };
        page.section("Name");
        page.text += &format!("{} \\- {}\n", escaped(name), escaped(about));
        page
    }

    /// Goes on after what another has written.
    pub(super) fn after(mut text: String) -> Self {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Self { text }
    }

    pub(super) fn section(&mut self, heading: &str) {
        self.text += &format!(".SH \"{}\"\n", escaped(&heading.to_uppercase()));
    }

    pub(super) fn subsection(&mut self, heading: &str) {
        self.text += &format!(".SS \"{}\"\n", escaped(heading));
    }

    /// A paragraph; `code`, **strong** and *stressed* words as in Markdown.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.begin_paragraph();
        self.text += &format!("{}\n", marked(text));
    }

    /// A term, in bold, and what it means.
    pub(super) fn term(&mut self, term: &str, meaning: &str) {
        self.text += &format!(".TP\n\\fB{}\\fR\n{}\n", escaped(&plain(term)), marked(meaning));
    }

    /// Lines that stay as they are.
    pub(super) fn verbatim(&mut self, lines: &[&str]) {
        self.begin_paragraph();
        self.text += ".nf\n.RS 2\n";
        for line in lines {
            self.text += &format!("{}\n", at_start(&escaped(line)));
        }
        self.text += ".RE\n.fi\n";
    }

    /// A heading begins one by itself.
    fn begin_paragraph(&mut self) {
        if !self.text.lines().next_back().is_some_and(|line| line.starts_with(".S")) {
            self.text += ".PP\n";
        }
    }

    /// What `--help` says after the options: headings that end with a colon, indented lines, and sentences.
    pub(super) fn help(&mut self, text: &str) {
        let mut block = Vec::new();
        for line in text.lines().chain([""]) {
            if let Some(indented) = line.strip_prefix("  ") {
                block.push(indented);
                continue;
            }
            if !block.is_empty() {
                self.verbatim(&std::mem::take(&mut block));
            }
            match line {
                "" => {}
                "Example:" | "Examples:" => self.section("Examples"),
                "Exit codes:" => self.section("Exit status"),
                sentence => self.paragraph(&sentence.replace('*', "")),
            }
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Markdown's marks inside a paragraph: links keep their words.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let (mut strong, mut stressed, mut code) = (false, false, false);
    let text = without_links(text);
    let mut rest = text.as_str();
    while let Some(sign) = rest.chars().next() {
        if !code && rest.starts_with("**") {
            strong = !strong;
            out += if strong { "\\fB" } else { "\\fR" };
            rest = &rest[2..];
            continue;
        }
        match sign {
            '\\' if rest.starts_with("\\*") => {
                out.push('*');
                rest = &rest[2..];
                continue;
            }
            '`' => {
                code = !code;
                out += if code { "\\fB" } else { "\\fR" };
            }
            '*' if !code => {
                stressed = !stressed;
                out += if stressed { "\\fI" } else { "\\fR" };
            }
            sign => out += &escaped(sign.encode_utf8(&mut [0; 4])),
        }
        rest = &rest[sign.len_utf8()..];
    }
    at_start(&out)
}

fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, words, after)) = rest.split_once('[').and_then(|(before, link)| {
        let (words, target) = link.split_once("](")?;
        Some((before, words, target.split_once(')')?.1))
    }) {
        out.extend([before, words]);
        rest = after;
    }
    out + rest
}

fn plain(text: &str) -> String {
    text.replace(['`', '*'], "")
}

/// Signs that the formatter would take for its own.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('"', "\\(dq")
        .replace('`', "\\(ga")
        .replace('\'', "\\(aq")
}

/// A line may not begin with a dot, or it would be a request.
fn at_start(line: &str) -> String {
    if line.starts_with('.') { format!("\\&{line}") } else { line.to_owned() }
}
