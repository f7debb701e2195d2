//! Sentences in which somebody promises something, or is told what to do.

use super::super::Words;

pub(super) const PROMISES: Words = &[
    // "The secretariat will draft ..."
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:will|is\s+going\s+to|are\s+going\s+to|shall)\s+(?:(?:also|then|therefore|now|further|jointly|first|each|both|all|in\s+turn|kindly|(?-i:\p{Ll}+ly))\s+)*(?P<task>(?:{deed}|consider\s+(?:whether|how))\s.+)",
    // "The Chair would write to CEN", as minutes report what was said
    r"(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+would\s+(?:also\s+|now\s+|therefore\s+)?(?P<task>(?:{deed})\s+(?:the|an?|its|their|his|her|to|with|for|on|up|all|any|comments|\p{Lu}).*)",
    // "Bob: I will send ..."
    r"^(?P<who>[^.;:,]{2,40}?):\s+(?:(?:I\s+|we\s+|he\s+|she\s+)?(?i:will)|I'll|we'll)\s+(?:also\s+)?(?P<task>(?:{deed})\s.+)",
    // "ISO offered to ..."
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:has\s+|have\s+)?(?:(?:kindly|also|again|gladly|(?-i:\p{Ll}+ly))\s+)*(?:offered|offers?|volunteered|volunteers?|undertook|undertaken|undertakes?|promised|promises?|pledged|pledges?|committed(?:\s+(?:himself|herself|itself|themselves))?|commits?(?:\s+(?:himself|herself|itself|themselves))?|agreed|agrees?|accepted|accepts?|signed\s+up|is\s+willing|are\s+willing|is\s+prepared|was\s+willing|was\s+prepared|declared\s+(?:himself|herself|itself|themselves)\s+(?:ready|willing)|(?:is|are|was|were)\s+ready)\s+to\s+(?P<task>[a-z].+)",
    // "Mr A accepted the task of drafting ...", "took responsibility for ..."
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:has\s+|have\s+)?(?:accepted|accepts?|took|takes?|taken|assumed|assumes?|volunteered\s+for|volunteers?\s+for)\s+(?:on\s+|over\s+)?(?:(?:the\s+)?(?:task|job|responsibility|role|lead|charge|care|action)\s+(?:of|for|in|on)\s+)(?P<task>\p{L}+ing\s.+|(?:the|this|an?)\s.+)",
    // "will be responsible for", "will take care of", "will see to"
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+will\s+(?:be\s+(?:responsible\s+for|in\s+charge\s+of)|take\s+care\s+of|look\s+after|see\s+to|take\s+responsibility\s+for|take\s+over|act\s+as|serve\s+as)\s+(?P<task>\S.{3,})",
    // "Canada will come back with an alternative"
    r"(?i)(?:^|[.;:,]\s*|\band\s+)(?P<who>{name})\s+will\s+(?P<task>(?:come\s+back|report\s+back|get\s+back|revert)\b.{3,})",
    // "Mrs Sample volunteered as editor"
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:volunteered|volunteers|offered(?:\s+(?:himself|herself|itself))?|offers\s+(?:himself|herself|itself)|agreed\s+to\s+be\s+nominated)\s+(?P<task>as\s+(?:an?\s+|the\s+)?\p{L}.{3,})",
    // "DV undertakes the rewriting of clause 9"
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:undertakes?|undertook|takes\s+on|took\s+on|takes\s+over|took\s+over|takes\s+care\s+of|took\s+care\s+of)\s+(?:the\s+|an?\s+)?(?P<task>\p{L}.{6,})",
    // "promised that it would send"
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:promised|confirmed|assured\s+(?:the\s+)?(?:meeting|group|members)|announced|undertook|pledged)\s+that\s+(?:it|he|she|they)\s+(?:would|will)\s+(?:also\s+|shortly\s+|soon\s+)?(?P<task>(?:{deed})\s.+)",
    // "The Chair took an action to ..."
    r"(?i)(?:^|[.;:]\s*|\band\s+)(?P<who>{name})\s+(?:took|has\s+taken|have\s+taken|takes|take|accepted|was\s+given|were\s+given|has|have|got|received)\s+(?:on\s+)?(?:an|the|one)\s+(?:action|task)(?:\s+(?:item|point))?\s+to\s+(?P<task>[a-z].+)",
];

pub(super) const DIRECTS: Words = &[
    // "Delegates wishing to speak should contact the Secretariat"
    r"^(?P<who>(?:All\s+|Those\s+|The\s+)?(?:[Hh]eads\s+of\s+[Dd]elegation|[Dd]elegates|[Pp]articipants|[Mm]embers|[Ee]xperts|[Aa]dministrations|[Nn]ational\s+[Bb]odies|Member\s+States|Sector\s+Members|[Oo]rganizations|[Oo]rganisations|[Ee]ditors|[Rr]apporteurs|[Cc]onvenors|[Cc]hairs)(?:\s+(?:who|which|that|wishing|willing|interested|intending|planning|having|able|with|of|from|in)\s[^.;:]*?)?)\s+(?:should|must|are\s+urged\s+to)\s+(?:also\s+|please\s+|kindly\s+)?(?P<task>(?:{deed}|deliver|contact|register|do\s+so)\b.*)",
    // "TSB to check ..."
    r"(?:^|[;:]\s+)(?P<who>\p{Lu}{name})\s+(?:(?:each|both|all|also|now|then|still)\s+)?(?:to|shall|must|needs?\s+to|has\s+to|have\s+to|is\s+(?:now\s+|also\s+|then\s+|further\s+)?to|are\s+(?:each\s+|both\s+|all\s+|now\s+|also\s+)?to|(?:is|are|was|were)\s+(?:also\s+|still\s+|now\s+|further\s+)?(?:expected|required|supposed|due|obliged|called\s+(?:up)?on)\s+to)\s+(?:(?:each|both|also|jointly|(?-i:\p{Ll}+ly))\s+)?(?P<task>(?:{deed})\b.*)",
    // "The footnote is not clear (Secretariat to check)"
    r"[(\[](?P<who>\p{Lu}{name})\s+(?:to|will|should|shall)\s+(?P<task>(?:{deed})\b[^()\[\]]*)[)\]]",
    // "..., and the Secretary is to inform ..."
    r"(?:[,;]\s*(?:and|but|while)\s+|;\s+)(?P<who>(?:the\s+)?\p{Lu}{name})\s+(?:is|are)\s+(?:now\s+|also\s+|then\s+|each\s+|both\s+)?to\s+(?P<task>(?:{deed})\b.*)",
    // "Jane is responsible for updating ..."
    r"^(?P<who>\p{Lu}{name})\s+(?:is|are|will\s+be|was|were)\s+(?:made\s+)?(?:responsible\s+for|in\s+charge\s+of)\s+(?P<task>\p{L}+ing\s.*|(?:the|this|an?)\s.*)",
    // "Responsible for the presentation: Mr Sample"
    r"^(?i:responsible|in\s+charge|responsibility|lead|the\s+lead)\s+(?i:for|of|on|in)\s+(?:the\s+|an?\s+)?(?P<task>[^.;:]{4,160}?)\s*[:–—]\s*(?P<who>[^.;:]{2,80}?)\.?$",
    // "SG13 counsellor: circulate ..."
    r"^(?P<who>\p{Lu}[^.;:,()]{1,59}?)(?:\s*\([^()]{1,60}\))?:\s+(?:please\s+|to\s+)?(?P<task>(?:{deed})\s.+)",
    // "@Jane please check ..."
    r"(?:^|[.;:,)]\s*)(?P<who>@?\p{Lu}[\w.-]+(?:\s\p{Lu}[\w.-]+)?),?\s+(?:please|pls|kindly)\s+(?P<task>(?:{deed})\b.*)",
];
