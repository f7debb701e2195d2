//! Sentences that ask somebody.

use super::super::Words;

pub(super) const ASKS: Words = &[
    // "SG17 is invited to review ..."
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were|has been|have been|had been|will be|is\s+to\s+be|are\s+to\s+be|shall\s+be|was\s+to\s+be)\s+(?:(?:also|therefore|kindly|further|hereby|again|once\s+more|respectfully|strongly|cordially|thus|now|accordingly|specifically|formally|jointly|each|both|all|once\s+again|still)\s+)*(?:invited|requested|asked|instructed|encouraged|urged|tasked|recommended|directed|mandated|reminded|called\s+(?:up)?on|appointed|assigned|commissioned|empowered|charged|entrusted|begged|advised|chosen|designated|authori[sz]ed|delegated)(?:\s+by\s+[^.;:,]{2,40}?)?\s+to\s+(?P<task>(?-i:\p{Ll}).+)",
    // "invites SG17 to review ..."
    r"(?i)\b(?:invites?|recommends?|requests?|instructs?|encourages?|urges?|asks?|directs?|tasks|calls\s+(?:up)?on|called\s+(?:up)?on|appeals\s+to|appealed\s+to|invited|requested|instructed|asked|tasked|urged|encouraged|reminded|reminds?|directed|mandates?|mandated|commissions?|commissioned|authori[sz]es?|authori[sz]ed|empowers?|empowered|charges|assigns?|assigned|calls\s+for|called\s+for|looks\s+to|relies\s+on|counts\s+on|leaves\s+it\s+to|left\s+it\s+to|inviting|requesting|instructing|asking|tasking|urging|encouraging|directing)\s+(?P<who>{name})\s+to\s+(?P<task>[a-z].*)",
    // "requests that SG17 review ..."
    r"(?i)(?:^|\b(?:recommends?|requests?|requested|agreed|decided|resolved|recommended|resolves|left|understood|settled|arranged)\s+)that\s+(?P<who>[^.;:]+?)\s+(?:should\s+|shall\s+|would\s+|will\s+|must\s+|be\s+asked\s+to\s+|be\s+invited\s+to\s+)(?P<task>[a-z].*)",
    // "tasked SG17 with preparing ..."
    r"(?i)\b(?:tasked|charged|entrusted|mandated|tasks|charges|entrusts|mandates|commissioned|commissions)\s+(?P<who>[^.;:]+?)\s+with\s+(?P<task>(?:\p{L}+ing|the)\s.*)",
    // "SG17 has been tasked with preparing ..."
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were|has been|have been|will be)\s+(?:(?:also|therefore|kindly|further|hereby|again|once\s+more|respectfully|strongly|cordially|thus|now|accordingly|specifically|formally|jointly|each|both|all|once\s+again|still)\s+)*(?:tasked|charged|entrusted|mandated|commissioned)\s+with\s+(?P<task>(?:\p{L}+ing|the)\s.*)",
    // "SG17 was put in charge of ..."
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were|has been|have been|will be)\s+(?:put|placed|made|left|held|declared)\s+(?:in\s+charge\s+of|responsible\s+for|to\s+take\s+care\s+of)\s+(?P<task>[a-z].*)",
    // "The translation was assigned to SG17."
    r"(?i)(?:^|[.;:]\s*|\bthat\s+)(?:(?:the\s+)?(?:responsibility|task|job|lead|work)\s+(?:for|of|on)\s+)?(?:the\s+|an?\s+)?(?P<task>[^.;:,]{4,160}?)\s+(?:is|are|was|were|has been|have been)\s+(?:assigned|entrusted|allocated|delegated|handed|passed|given)\s+to\s+(?P<who>[^.;:,]+?)(?:\s+with\s+[^.;]*)?(?:[.,;].*)?$",
    // "The responsibility for the webinar lies with TSB."
    r"(?i)(?:^|[.;:]\s*|\bthat\s+)(?:the\s+)?(?:responsibility|lead|task)\s+(?:for|of|on|in)\s+(?:the\s+|an?\s+)?(?P<task>[^.;:,]{4,160}?)\s+(?:lies|rests|stays|remains)\s+with\s+(?P<who>[^.;:,]+?)(?:[.,;].*)?$",
    // "It falls to SG17 to ...", "It is up to SG17 to ..."
    r"(?i)\bit\s+(?:is|was|will\s+be|now\s+falls|falls|fell|now\s+is)\s+(?:now\s+)?(?:up\s+to|for|left\s+to|incumbent\s+(?:up)?on|the\s+(?:responsibility|task|duty|turn)\s+of|to)\s+(?P<who>[^.;:]+?)\s+to\s+(?P<task>[a-z].*)",
    // "It remains for SG2 to check ..."
    r"(?i)\bit\s+(?:remains|remained|is\s+left|will\s+be)\s+(?:now\s+)?(?:for|to|with)\s+(?P<who>{name})\s+to\s+(?P<task>[a-z].*)",
    // "TSB be asked to prepare ..."
    r"(?i)\bthat\s+(?P<who>[^.;:]+?)\s+be\s+(?:asked|invited|requested|instructed|encouraged|tasked|mandated)\s+to\s+(?P<task>[a-z].*)",
    // "Comments are requested from SG17 by ..."
    r"(?i)(?:^|[.;:]\s*)(?P<task>(?:comments?|contributions?|inputs?|replies|a\s+reply|an\s+answer|answers|feedback|proposals|nominations|views|confirmation|a\s+report|reports|updates?|an\s+update|text)\b[^.;:]{0,80}?)\s+(?:is|are|was|were)\s+(?:kindly\s+)?(?:requested|invited|sought|solicited|required|expected)\s+(?:from|of)\s+(?P<who>[^.;:,]+?)(?:\s+(?:by|before|until|no\s+later)\b.*)?\.?$",
    // "Members are asked for comments on N 45"
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were|will\s+be)\s+(?:(?:also|kindly|again|once\s+more)\s+)*(?:asked|invited|called\s+(?:up)?on|requested|urged)\s+for\s+(?P<task>(?:its|their|an?|any|further|written)?\s*(?:comments?|contributions?|inputs?|repl(?:y|ies)|answers?|feedback|proposals?|nominations?|views?|advice|guidance|information|confirmation|updates?|figures|volunteers|experts)\b.*)",
    // "asks SC 7 for its position"
    r"\b(?:asks?|asked|requests?|requested|presses|pressed)\s+(?P<who>(?:the\s+)?\p{Lu}[^.;:,]{1,60}?)\s+(?:once\s+(?:more|again)\s+)?for\s+(?:its|their|an?|the|his|her|further|written)\s+(?P<task>(?:\p{Ll}+\s+){0,2}(?:comments?|contributions?|inputs?|reply|replies|answers?|position|opinion|feedback|proposals?|nominations?|views?|advice|guidance|information|confirmation|updates?|figures|reports?|list|text|copy|assessment|response)\b.*)",
    // "Members have until 15 June to comment"
    r"(?i)(?:^|[.;:]\s*)(?P<who>[^.;:,]{2,60}?)\s+(?:has|have|had)\s+until\s+[^.;:]*?\d[^.;:]*?\s+to\s+(?P<task>[a-z].*)",
    // "requests comments on the draft from SG17 by ..."
    r"(?i)\b(?:requests?|requested|seeks?|sought|invites?|invited|asks?\s+for|asked\s+for|calls?\s+for|called\s+for|solicits?|solicited|needs|requires)\s+(?P<task>(?:an?\s+|the\s+|any\s+|further\s+|written\s+|early\s+)*(?:comments?|contributions?|inputs?|repl(?:y|ies)|answers?|feedback|proposals?|nominations?|views?|advice|guidance|information|confirmation|updates?|volunteers|clarification)\b[^.;:]{0,80}?)\s+(?:from|of)\s+(?P<who>(?-i:the\s+\p{Ll}|all\s+\p{Ll}|\p{Lu})[^.;:,]*?)(?:\s+(?:by|before|until|no\s+later|on\s+or\s+before|within)\b.*)?\.?$",
    // "A reply from IEC/TC 57 is needed by 19 June"
    r"(?i)(?:^|[.;:]\s*)(?P<task>(?:the\s+|an?\s+|any\s+|all\s+)?(?:comments?|contributions?|inputs?|repl(?:y|ies)|answers?|feedback|proposals?|nominations?|views?|confirmation|reports?|updates?|texts?|drafts?|figures|approval|translations?)\s+(?:from|of|by)\s+(?P<who>[^.;:,]+?)(?:\s+(?:on|to|about|concerning|regarding)\s+[^.;:,]+?)?)\s+(?:is|are|was|were)\s+(?:urgently\s+|still\s+|kindly\s+|now\s+)?(?:needed|necessary|required|wanted|sought|due|requested)\b(?:[^.;]*)\.?$",
    // "SG17's reply is due on 3 June"
    r"(?:^|[.;:]\s*)(?P<task>(?:[Tt]he\s+)?(?P<who>(?-i:\p{Lu})[^.;:,’']{1,50}?)['’]s?\s+(?:first\s+|final\s+|next\s+|interim\s+)?(?:comments?|contribution|input|reply|answer|feedback|proposals?|nominations?|views|confirmation|report|update|text|draft|figures|review|part|version))\s+(?:is|are)\s+(?:now\s+)?(?:due|needed|required|to\s+be\s+(?:sent|submitted|delivered|provided|ready))\b.*$",
    // "The Secretariat's task is to collect the replies", "It is the task of SG17 to ..."
    r"(?i)(?:^|[.;:]\s*)(?:the\s+)?(?P<who>[^.;:,]{2,60}?)['’]s?\s+(?:next\s+|first\s+|only\s+)?(?:task|job|action|role|assignment|homework|duty|responsibility)\s+(?:is|will\s+be|remains)\s+(?:now\s+)?to\s+(?P<task>[a-z].*)",
    r"(?i)(?:^|[.;:]\s*)(?:the\s+)?(?:next\s+|first\s+)?(?:task|job|action|role|assignment|duty|responsibility)\s+of\s+(?P<who>[^.;:,]{2,60}?)\s+(?:is|will\s+be|remains)\s+(?:now\s+)?to\s+(?P<task>[a-z].*)",
    // "Could the Secretariat please send out the ballot?"
    r"(?i)^(?:can|could|would|will)\s+(?P<who>[^.;:,?]{2,60}?)\s+(?:please|kindly)\s+(?P<task>(?:{deed})\b[^?]*)\??$",
    // "requests JTC 1 seek approval"
    r"\b(?:requests?|requested|asks?|asked|directs|directed|recommends)\s+(?P<who>\p{Lu}[^.;:,]{1,50}?)\s+(?P<task>(?:{deed}|approve|adopt|endorse|agree)\s+(?:the|an?|its|their|all|any|with|to|on|for|approval|comments|\p{Lu}).*)",
    // "SG17 was given the task of preparing ..."
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were|has been|have been)\s+(?:given|assigned|handed)\s+the\s+(?:task|action|job|mandate|responsibility|role|assignment)\s+(?:of|to)\s+(?P<task>[a-z].*)",
    // "@Jane: can you upload the slides?"
    r"(?:^|[.;:,)]\s*)@?(?P<who>\p{Lu}[\w.-]+(?:\s\p{Lu}[\w.-]+)?)[:,]\s+(?:can|could|would|will)\s+you\s+(?:please\s+|kindly\s+)?(?P<task>(?:{deed})\b[^?]*)",
    // "SG chairs are reminded that their updates are due by ..."
    r"(?i)(?:^|[.;:,)]\s*|\band\s+)(?P<who>[^.;:]+?)\s+(?:is|are|was|were)\s+(?:also\s+|again\s+|kindly\s+)*reminded\s+that\s+(?:the\s+|their\s+|its\s+|all\s+)?(?P<task>(?-i:\p{Ll}).+)",
    // "recommends to the meeting that ATU host a workshop"
    r"(?i)\b(?:recommends?|requests?|requested|agreed|agrees|decided|decides|asks?|asked|recommended|resolved|resolves|insists?)\s+(?:to\s+[^.;:,]{3,60}?\s+)?that\s+(?P<who>[^.;:,]{2,60}?)\s+(?P<task>(?-i:{deed})\s.+)",
    // "would appreciate it if SG17 could ..."
    r"(?i)\b(?:appreciate(?:\s+it)?|grateful|obliged|welcome\s+it)\s+if\s+(?P<who>[^.;:]+?)\s+(?:could|would|can)\s+(?:kindly\s+)?(?P<task>[a-z].*)",
    // "and to urge SG17 to ..." is the same as "urges".
    r"(?i)\b(?:agreed|decided|resolved|concluded|agrees|decides|resolves|proposed)\s+to\s+(?:ask|invite|request|task|instruct|mandate|direct|encourage|urge|remind)\s+(?P<who>{name})\s+to\s+(?P<task>[a-z].*)",
];
