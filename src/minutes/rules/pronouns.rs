//! Sentences that say "that" of what the sentence before them tells: "Somebody has to look at clause 5. Ines takes that
//! on.", "A correspondence group was set up under Mr Sample. Its report is due on 3 June."

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{
    super::{Rule, dates::deadline_in, lexicon::pattern},
    actors::{can_promise, is_name},
    asks::Ask,
    bodies,
    finder::Finder,
};

static TAKEN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"^(?P<who>(?:The\s+)?\p{Lu}[^.;:,]{1,60}?)\s+(?:takes?|took|will\s+take|has\s+taken|have\s+taken|accepted\s+to\s+take|offered\s+to\s+take|agreed\s+to\s+take)\s+(?:that|this|it|these|them)\s+(?:on|over|up)\b",
        r"^(?P<who>(?:The\s+)?\p{Lu}[^.;:,]{1,60}?)\s+(?:will|is\s+to|are\s+to|agreed\s+to|offered\s+to|promised\s+to|volunteered\s+to|undertook\s+to|accepted\s+to|to)\s+(?:also\s+|then\s+)?(?:do|handle|arrange|look\s+into|take\s+care\s+of|see\s+to|deal\s+with|attend\s+to|work\s+on|follow\s+up\s+on)\s+(?:that|this|it|so|these|them)\b",
        r"^(?P<who>\p{Lu}[^.;:,]{1,60}?)\s+s['’]en\s+(?:charge|chargent|chargera|chargeront|occupe|occupent|occupera|occuperont)\b",
        r"^(?P<who>\p{Lu}[^.;:,]{1,60}?)\s+se\s+(?:encarga|encargan|encargará|encargarán|ocupa|ocupan|ocupará|ocuparán|hace\s+cargo|hará\s+cargo)\s+(?:de\s+(?:ello|esto|eso)\b|(?:antes|el|para)\b|$|\.)",
        r"^(?P<who>\p{Lu}[^;:,]{1,60}?)\s+(?:бер[её]т|возьм[её]т|взял[аи]?|берут|возьмут)\s+(?:это|эт[оу]\s+\p{L}+)\s+на\s+себя",
        r"^(?P<who>\p{Lu}[^;:,]{1,60}?)\s+(?:займ[её]тся|займутся|занимается)\s+этим",
        r"^Этим\s+(?:займ[её]тся|займутся|занимается)\s+(?P<who>\p{L}[^;:,]{1,60}?)(?:\s+до\s.*)?\.?$",
        r"^(?:此事|该事项|这项工作|该项工作)?由(?P<who>[^。；，：]{2,16}?)负责(?:此事|这项工作|该项工作|处理|办理)?(?:，[^。]*)?。?$",
        r"^(?:س?يتولى|س?تتولى)\s+(?P<who>[^.؛،]{2,60}?)\s+(?:ذلك|هذه المهمة|هذا العمل)",
    ]
    .iter()
    .map(|source| pattern(source))
    .collect()
});

static ITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:Its|Their|His|Her)\s+(?P<en>[^.;:,]{3,60}?)\s+(?:is|are|should\s+be|shall\s+be|will\s+be|must\s+be)\s+(?:due|expected|requested|available|ready|to\s+be\b|needed|sent\b|submitted|delivered|presented|circulated)|(?:Son|Sa|Ses|Leurs?)\s+(?P<fr>[^.;:,]{3,60}?)\s+(?:est|sont|doit|doivent|devra|devront)\s|Sus?\s+(?P<es>[^.;:,]{3,60}?)\s+(?:debe|deben|deberá|deberán|se\s+espera|se\s+esperan)\s|(?:Его|Её|Ее|Их)\s+(?P<ru>[^.;:,]{3,60}?)\s+(?:ожида\p{L}+|долж\p{L}+|следует)\s)",
    )
});

/// A name with its title: "under the leadership of Mr Toure".
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:Mr|Mrs|Ms|Dr|Prof|M|Mme|Sr|Sra|г-на|г-жи|г-н|г-жа)\.?\s+(?P<name>\p{Lu}[\p{L}'’-]+)")
});

impl Finder<'_> {
    /// What a sentence says of the one before it, `above`: who takes it on, or when what is named there has to report.
    pub(super) fn of_above(&self, sentence: &str, above: &str) -> Option<(Ask, Rule, u8)> {
        // What stands behind a semicolon has no capital.
        let mut letters = sentence.chars();
        let first = letters.next()?.to_uppercase();
        let sentence = &first.chain(letters).collect::<String>();
        let taken = || {
            let found = TAKEN.iter().find_map(|shape| shape.captures(sentence))?;
            let who = self.somebody(&found)?;
            Some((Ask { who, task: above.to_owned(), through: None }, Rule::Promise, 60))
        };
        taken().or_else(|| self.its(sentence, above))
    }

    /// The one who is named last in a sentence, with a title: who "he" is in the next.
    pub(super) fn titled(sentence: &str) -> Option<String> {
        TITLED.captures_iter(sentence).last().map(|found| found["name"].to_owned())
    }

    fn somebody(&self, found: &Captures<'_>) -> Option<String> {
        let who = found.name("who")?.as_str();
        let is_person = |name: &str| self.people.is_one(name) || self.people.could_be_one(name);
        let no_capitals = !who.is_ascii() && !who.contains(char::is_uppercase);
        (no_capitals || can_promise(who, is_person) && is_name(who)).then(|| who.to_owned())
    }

    fn its(&self, sentence: &str, above: &str) -> Option<(Ask, Rule, u8)> {
        let found = ITS.captures(sentence)?;
        deadline_in(sentence, &self.desk.agenda)?;
        let what = ["en", "fr", "es", "ru"].into_iter().find_map(|name| found.name(name))?.as_str();
        let titled = Self::titled(above);
        let body = || bodies::named(above).last().map(str::to_owned);
        let who = titled.or_else(body)?;
        Some((Ask { who, task: what.to_owned(), through: None }, Rule::Asks, 70))
    }
}
