//! Content lines (RFC 5545, 3.1): escaped, folded, and free of what could begin another line.

/// Octets of a line without its end.
const WIDTH: usize = 75;

/// Content lines, one after the other.
#[derive(Debug)]
pub(super) struct Lines {
    out: String,
    /// The line that is being made.
    line: String,
}

impl Lines {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { out: String::with_capacity(capacity), line: String::with_capacity(2 * WIDTH) }
    }

    /// A line that is short and needs no escaping.
    pub(super) fn plain(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A line of two parts that are short and need no escaping.
    pub(super) fn made(&mut self, name: &str, rest: &str) {
        self.out.push_str(name);
        self.plain(rest);
    }

    /// Lines that are ready.
    pub(super) fn ready(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// A line that needs no escaping but may be long.
    pub(super) fn line(&mut self, line: &str) {
        fold(line, &mut self.out);
    }

    /// A property whose value is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.line.clear();
        self.line.push_str(name);
        self.line.push(':');
        escape(value, &mut self.line);
        fold(&self.line, &mut self.out);
    }

    /// A property whose value is an address of the web: what cannot stand in one is left out.
    pub(super) fn uri(&mut self, name: &str, value: &str) {
        self.line.clear();
        self.line.push_str(name);
        self.line.push(':');
        self.line.extend(value.chars().filter(|c| !c.is_control() && !c.is_whitespace()));
        fold(&self.line, &mut self.out);
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }
}

/// The line that names the organizer. A quotation mark cannot stand in a parameter.
pub(super) fn organizer(name: &str, address: &str) -> String {
    let mut line = String::with_capacity(name.len() + address.len() + 32);
    line.push_str("ORGANIZER;CN=\"");
    line.extend(name.chars().filter(|c| !c.is_control()).map(|c| if c == '"' { '\'' } else { c }));
    line.push_str("\":mailto:");
    line.extend(address.chars().filter(|c| !c.is_control()));
    line
}

/// Appends a value of the type TEXT (3.3.11). Control characters cannot stand in one.
fn escape(value: &str, line: &mut String) {
    // Most of a text stands as it is.
    let mut rest = value;
    while let Some(at) = rest.find(is_escaped) {
        let (plain, other) = rest.split_at(at);
        line.push_str(plain);
        let mut chars = other.chars();
        match chars.next() {
            Some(c @ ('\\' | ';' | ',')) => line.extend(['\\', c]),
            Some('\n') => line.push_str("\\n"),
            // Some programs end a line there.
            Some('\u{2028}' | '\u{2029}' | '\t') => line.push(' '),
            _ => {}
        }
        rest = chars.as_str();
    }
    line.push_str(rest);
}

fn is_escaped(c: char) -> bool {
    matches!(c, '\\' | ';' | ',' | '\u{2028}' | '\u{2029}') || c.is_control()
}

/// Appends a line in pieces of at most [`WIDTH`] octets, none of which parts a character. None ends with a space, which
/// could be lost on the way.
fn fold(line: &str, out: &mut String) {
    let (mut rest, mut room) = (line, WIDTH);
    while rest.len() > room {
        let end = rest.floor_char_boundary(room);
        let end = match rest[..end].trim_end_matches(' ').len() {
            0 => end,
            visible => visible,
        };
        let (piece, after) = rest.split_at(end);
        out.push_str(piece);
        out.push_str("\n ");
        // The space at the start counts.
        (rest, room) = (after, WIDTH - 1);
    }
    out.push_str(rest);
    out.push('\n');
}
