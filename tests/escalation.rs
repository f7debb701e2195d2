//! Nobody answers: the whole daemon on a virtual clock, started anew after each edit, with its files, its database and
//! real mail sessions.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::fs;

use common::{
    office::{Office, header},
    smtp_server::{Script, SmtpServer},
};
use mail_parser::MessageParser;
use rappel::{
    action::{Action, ActionId, After, Deadline},
    clock::Clock,
    daemon::{Daemon, Events, Setup, Until},
    decision::{Change, Decision},
    ledger, store,
};

/// An office and its time.
struct Play {
    office: Office,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
}

impl Play {
    fn from(start: &str, office: Office) -> Self {
        let clock = Clock::starting(start.parse().unwrap());
        store::init(&office.path("state"), clock.now()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { office, clock, runtime }
    }

    fn until(&self, end: &str) {
        self.runtime.block_on(async {
            let settings = self.office.path("rappel.toml");
            let mut daemon = Daemon::start(&settings, self.clock.clone()).await.unwrap();
            let mut events = Events::signals().unwrap();
            daemon.run(Until::Time(end.parse().unwrap()), &mut events).await;
        });
    }

    /// As a command would decide it at this time.
    fn decide(&self, reference: &str, asked_of: &str, change: Change) {
        let setup = Setup::load(&self.office.path("rappel.toml")).unwrap();
        let (directory, _) = setup.read_register().unwrap();
        let id = ActionId::new(reference, asked_of);
        let row: &Action = directory.action(&id).unwrap();
        let now = self.clock.now();
        let decision = Decision {
            id: 0,
            action: id,
            reference: row.reference.clone(),
            asked_of: row.asked_of.to_string(),
            seen: change.subject().written(row),
            change,
            who: "martin".to_owned(),
            why: Some("told on the phone".to_owned()),
            day: setup.rules.send().zone().to_datetime(now).date(),
            at: now,
        };
        store::write_beside(&self.office.path("state"), |c| ledger::decide(c, &decision)).unwrap();
    }

    /// When, to whom and about what letters were written, in their order. A copy has its reader after an arrow.
    fn said(&self) -> Vec<String> {
        let mut said: Vec<_> = self.office.letters().iter().map(|letter| shown(letter)).collect();
        said.sort();
        said
    }

    fn run(&self, args: &[&str]) -> String {
        self.office.run(args).well()
    }
}

fn shown(letter: &str) -> String {
    let message = MessageParser::default().parse(letter.as_bytes()).unwrap();
    let date = message.date().unwrap().to_rfc3339();
    let address = |to: Option<&mail_parser::Address<'_>>| {
        to.and_then(|to| Some(to.first()?.address()?.split('@').next()?.to_owned()))
    };
    let cc = address(message.cc()).map_or_else(String::new, |cc| format!(" cc {cc}"));
    let to = format!("{}{cc}", address(message.to()).unwrap());
    format!("{}  {to:36}{}", &date[..10], header(letter, "Subject"))
}

/// The example, with what has to happen for somebody else to be told: a chair, a ladder, an absence, a deadline that
/// follows a meeting.
fn example() -> Office {
    let office = Office::with_maildir();
    let folder = std::path::Path::new("config/example");
    let settings = fs::read_to_string(folder.join("rappel.toml")).unwrap();
    let ladder = "\n[[policy.nomination.escalate]]\nafter = \"7d overdue\"\nto = \"chair of TSAG\"\n\n\
                  [[policy.nomination.escalate]]\nafter = \"14d overdue\"\nto = \"IEC\"\nhow = \"letter\"\n\
                  approval = true\n";
    office.write("rappel.toml", &format!("{settings}{ladder}"));
    for file in fs::read_dir(folder.join("register")).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        office.write(&format!("register/{}", file.file_name().to_str().unwrap()), &text);
    }
    let add = |sheet: &str, row: &str| {
        let name = format!("register/{sheet}.csv");
        let text = fs::read_to_string(office.path(&name)).unwrap();
        office.write(&name, &format!("{}\n{row}\n", text.trim_end()));
    };
    add(
        "Actions",
        "17/07,propose a work programme,,nomination,for action,ITU-T representative at IEC/SEG 8,,2017-06-16,open,,,,,2017-05-02,,",
    );
    add(
        "Actions",
        "17/08,send a contribution,,contribution,for action,Martin Euchner,,2 weeks before MoU/MG-39,open,,,,,2017-05-02,,",
    );
    add("Representatives", "Carla Sample,carla.sample@example.org,,TSAG,en,,,,");
    add("Representatives", "Rosa Sample,rosa.sample@example.org,,ITU-T,en,,,,");
    add("Roles", "TSAG,chair,,Carla Sample,,");
    office
}

fn replace(office: &Office, sheet: &str, old: &str, new: &str) {
    let name = format!("register/{sheet}.csv");
    let text = fs::read_to_string(office.path(&name)).unwrap();
    assert!(text.contains(old), "{old} in {text}");
    office.write(&name, &text.replace(old, new));
}

fn meeting(office: &Office, from: &str, starts: &str, ends: &str) {
    let row = format!("MoU/MG-39,MoU/MG,{starts},{ends},Geneva");
    if from.is_empty() {
        let text = fs::read_to_string(office.path("register/Meetings.csv")).unwrap();
        office.write("register/Meetings.csv", &format!("{}\n{row}\n", text.trim_end()));
    } else {
        replace(office, "Meetings", from, &row);
    }
}

const TWO_WEEKS: After = After::Overdue { days: 14 };

fn june(day: i8) -> Deadline {
    Deadline::Day(jiff::civil::date(2017, 6, day))
}

#[test]
fn the_example_through_a_vacancy_an_absence_two_escalations_and_a_moved_meeting() {
    let play = Play::from("2017-05-19T05:00:00Z", example());
    meeting(&play.office, "", "2017-07-10", "2017-07-11");
    replace(&play.office, "Representatives", "Martin Euchner,,", "Martin Euchner,2017-06-05,2017-06-14");
    play.until("2017-06-18T12:00:00Z");
    // The seat at IEC/SEG 8 is filled, and the meeting is held a week later.
    replace(
        &play.office,
        "Roles",
        "ITU-T,representative,IEC/SEG 8,,,",
        "ITU-T,representative,IEC/SEG 8,Rosa Sample,,",
    );
    meeting(&play.office, "MoU/MG-39,MoU/MG,2017-07-10,2017-07-11,Geneva", "2017-07-17", "2017-07-18");
    play.until("2017-06-28T12:00:00Z");
    // Rosa answers after the chair was told; about 17/06 nobody does, and IEC is told once somebody has approved.
    play.decide(
        "17/07",
        "ITU-T representative at IEC/SEG 8",
        Change::Acknowledge { deadline: Some(june(16)) },
    );
    play.until("2017-07-10T12:00:00Z");
    play.decide("17/06", "ITU-T", Change::Approve { after: TWO_WEEKS, deadline: Some(june(23)) });
    play.until("2017-07-13T12:00:00Z");
    replace(&play.office, "Actions", "2017-06-23,pending", "2017-06-23,done");
    play.until("2017-07-31T12:00:00Z");
    insta::assert_snapshot!(play.said().join("\n"));
}

#[test]
fn what_is_told_on_the_command_line_about_a_ladder() {
    let play = Play::from("2017-05-19T05:00:00Z", example());
    meeting(&play.office, "", "2017-07-10", "2017-07-11");
    play.until("2017-07-10T12:00:00Z");
    let why = |on: &str| play.run(&["why", "17/06 ITU-T", "--on", on]);
    let says = |text: &str, all: &[&str]| {
        for one in all {
            assert!(text.contains(one), "{one}\nin\n{text}");
        }
    };
    says(
        &why("2017-06-20"),
        &[
            "It escalates to Carla Sample (chair of TSAG) on Fri 30 Jun 2017 if there is no answer, in copy of the letter",
            "IEC Central Office (secretariat of IEC) on Fri 7 Jul 2017 if there is no answer, by a letter of its own (14 days overdue), and after approval",
        ],
    );
    says(
        &why("2017-07-10"),
        &[
            "It was escalated to Carla Sample (chair of TSAG) on Fri 30 Jun 2017",
            "waits for approval since Fri 7 Jul 2017",
        ],
    );
    // What needs approval is foreseen, and not counted as what will leave.
    let forecast = |more: &[&str]| {
        play.run(&[&["forecast", "--from", "2017-07-05", "--until", "2017-07-07"][..], more].concat())
    };
    says(
        &forecast(&[]),
        &[
            "IEC Central Office",
            "escalated: 14 days overdue (after",
            "only after approval: `rappel approve` lists what waits for it.",
        ],
    );
    assert!(forecast(&["--json"]).contains("\"after_approval\": true"));
    says(&play.run(&["history", "17/06"]), &["escalated: 7 days", "Carla Sample", "(copy)"]);
    says(
        &play.office.run(&["status"]).out,
        &["2 escalations wait for approval: `rappel approve` lists them."],
    );
    let waiting = play.run(&["approve"]);
    says(
        &waiting,
        &["17/06", "17/07", "IEC Central Office", "14 days overdue", "2 escalations wait for approval"],
    );
    says(
        &play.run(&["preview", "17/06 ITU-T", "--escalated"]),
        &[
            "To:         IEC Central Office",
            "No answer: 17/06",
            "We therefore turn to you, as the\nsecretariat of IEC",
        ],
    );
    // An answer takes it from the list, and its end brings it back.
    says(
        &play.run(&["acknowledge", "17/07", "--by", "Rosa", "--note", "a draft is coming"]),
        &["17/07, asked of ITU-T representative at IEC/SEG 8, is acknowledged."],
    );
    assert!(play.office.run(&["acknowledge", "17/07"]).failed(1).contains("is acknowledged already"));
    assert!(!play.run(&["approve"]).contains("17/07"));
    says(
        &play.run(&["why", "17/07"]),
        &[
            "Escalation stopped: acknowledged on",
            "by Rosa (a draft is coming).",
            "It does not escalate to IEC Central Office",
        ],
    );
    assert!(play.office.run(&["approve", "17/07"]).failed(4).contains("waits for approval"));
    play.run(&["acknowledge", "17/07", "--off"]);
    assert!(play.run(&["approve"]).contains("17/07"));
    says(
        &play.run(&["approve", "--all", "--by", "martin"]),
        &["IEC Central Office is told with the next letters"],
    );
    assert!(play.run(&["approve"]).contains("Nothing waits for approval."));
    // What was approved waits again when that is taken back.
    says(&play.run(&["approve", "--off"]), &["17/06", "17/07", "2 escalations are approved"]);
    says(
        &play.run(&["approve", "17/06", "--off"]),
        &["17/06, asked of ITU-T: no longer approved; IEC Central Office is not told."],
    );
    assert!(play.office.run(&["approve", "17/06", "--off"]).failed(1).contains("None of these is approved"));
    says(&play.run(&["approve"]), &["17/06", "1 escalation waits for approval"]);
    says(&play.run(&["approve", "17/06"]), &["17/06, asked of ITU-T: approved"]);
    says(&play.run(&["history", "17/06"]), &["approved for escalation (14d", "no longer approved", "martin"]);
    says(&play.run(&["report", "--format", "md"]), &["escalated on 30 June 2017"]);
    says(&play.run(&["verify"]), &["whole"]);
}

/// Ann's deputy is Bob.
fn deputies(settings: &str) -> Office {
    let office = Office::new(settings);
    office.write(
        "register/Representatives.csv",
        "Name,Email,Deputy\nAnn,ann@example.org,Bob\nBob,bob@example.org,\nCid,cid@example.org,\n",
    );
    office
}

fn ask(office: &Office, status: &str) {
    office.actions(&[["A1", "one", "Ann", "2017-06-02", status]]);
}

fn ladder(how: &str) -> String {
    format!("[[policy.default.escalate]]\nafter = \"7d overdue\"\nto = \"deputy\"\nhow = \"{how}\"\n")
}

#[test]
fn an_escalation_that_waits_is_withdrawn_when_somebody_answers_and_is_told_once_without_an_answer() {
    for (how, answer, letters) in [
        // What was to be escalated is a reminder again.
        ("cc", true, vec!["ann@example.org", "ann@example.org", "ann@example.org"]),
        ("letter", true, vec!["ann@example.org", "ann@example.org", "ann@example.org"]),
        ("cc", false, vec!["ann@example.org", "ann@example.org", "ann@example.org", "bob@example.org"]),
        ("instead", false, vec!["ann@example.org", "ann@example.org", "bob@example.org"]),
    ] {
        let server = SmtpServer::start(Script::default());
        let mail = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", server.port());
        // Letters wait for a day.
        let office = deputies(&format!("[letters]\nrelease_window = \"23h\"\n{}{mail}", ladder(how)));
        ask(&office, "open");
        let play = Play::from("2017-06-01T05:00:00Z", office);
        // Queued on Friday, 9 June at 08:00, for Saturday.
        play.until("2017-06-09T12:00:00Z");
        if answer {
            ask(&play.office, "in progress");
        }
        play.until("2017-06-09T13:00:00Z");
        play.until("2017-06-13T12:00:00Z");
        let mut to: Vec<_> = server.letters().iter().flat_map(|kept| kept.to.clone()).collect();
        to.sort();
        assert_eq!(to, letters, "{how}, {answer}");
        let withdrawn = play.run(&["outbox", "list", "--state", "withdrawn", "--json"]);
        assert_eq!(withdrawn.contains("it is in progress now"), answer, "{how}: {withdrawn}");
    }
}

/// The day and the reader of each letter that a server took, in that order.
fn taken(server: &SmtpServer) -> Vec<String> {
    let one = |kept: &common::smtp_server::Kept| {
        let message = MessageParser::default().parse(&kept.bytes).unwrap();
        format!("{} {}", &message.date().unwrap().to_rfc3339()[..10], kept.to.join(","))
    };
    server.letters().iter().map(one).collect()
}

/// The mail server is away for longer than the first step of the ladder takes: in one daemon, which learns of the end of
/// the letters as it goes, and with daemons that read it in the ledger.
#[test]
fn after_an_outage_of_more_than_a_week_nobody_is_said_not_to_answer_before_they_had_time_to() {
    for is_one in [true, false] {
        let server = SmtpServer::start(Script::default());
        let nobody_there = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mail = |port| format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
        let second = "[[policy.default.escalate]]\nafter = \"14d overdue\"\nto = \"Cid\"\nhow = \"letter\"\n";
        let policy = "[policy.default]\nbefore = [\"1d\"]\non_the_day = true\noverdue = \"7d\"\n";
        let settings = |port| format!("{policy}{}{second}{}", ladder("letter"), mail(port));
        let office = deputies(&settings(nobody_there));
        ask(&office, "open");
        let play = Play::from("2017-06-01T05:00:00Z", office);
        let told_why = |on: &str, text: &str| {
            let why = play.run(&["why", "A1", "--on", on]);
            assert!(why.contains(text), "{text}\nin\n{why}");
        };
        let steps = [
            (nobody_there, "2017-06-14T12:00:00Z"),
            (server.port(), "2017-06-20T12:00:00Z"),
            // Bob's letter waits too.
            (nobody_there, "2017-07-03T12:00:00Z"),
            (server.port(), "2017-07-20T12:00:00Z"),
        ];
        play.runtime.block_on(async {
            let file = play.office.path("rappel.toml");
            let mut daemon = None;
            let mut events = Events::signals().unwrap();
            for (port, until) in steps {
                play.office.settings(&settings(port));
                if !is_one || daemon.is_none() {
                    drop(daemon.take());
                    daemon = Some(Daemon::start(&file, play.clock.clone()).await.unwrap());
                }
                let daemon = daemon.as_mut().unwrap();
                daemon.look_at_files().await;
                daemon.go_on(Until::Time(until.parse().unwrap()), &mut events).await;
                if until.contains("06-14") {
                    told_why(
                        "2017-06-14",
                        "Nobody else is told before a letter about this deadline has left: it waits in the outbox.",
                    );
                }
                if until.contains("07-03") {
                    told_why("2017-07-03", "It was escalated to Bob (deputy of Ann) on Wed 21 Jun 2017, by a letter of its own (7 days overdue); that letter waits in the outbox.");
                }
            }
            daemon.unwrap().run(Until::Time(play.clock.now()), &mut events).await;
        });
        let about_silence: Vec<_> = taken(&server).into_iter().filter(|one| !one.contains("ann@")).collect();
        let first = taken(&server).into_iter().next().unwrap();
        assert_eq!(first, "2017-06-14 ann@example.org", "one daemon: {is_one}");
        assert_eq!(about_silence, ["2017-07-03 bob@example.org", "2017-07-10 cid@example.org"]);
    }
}

#[test]
fn an_escalation_that_waits_to_leave_is_withdrawn_when_its_approval_is_taken_back() {
    let office = Office::new(&format!(
        "[letters]\nrelease_window = \"23h\"\n[mail.maildir]\npath = \"letters\"\n{}approval = true\n",
        ladder("letter").replace("\"deputy\"", "\"ISO\"")
    ));
    ask(&office, "open");
    let play = Play::from("2017-06-01T05:00:00Z", office);
    play.until("2017-06-09T12:00:00Z");
    play.decide("A1", "Ann", Change::Approve { after: After::Overdue { days: 7 }, deadline: Some(june(2)) });
    play.until("2017-06-12T12:00:00Z");
    let said = play.run(&["approve", "A1", "--off"]);
    assert!(said.contains("It was told to ISO secretariat on Mon 12 Jun 2017"), "{said}");
    play.until("2017-06-12T13:00:00Z");
    let withdrawn = play.run(&["outbox", "list", "--state", "withdrawn"]);
    assert!(withdrawn.contains("iso@example.org"), "{withdrawn}");
    assert!(play.run(&["approve"]).contains("1 escalation waits for approval"));
    play.run(&["approve", "A1"]);
    play.until("2017-06-16T12:00:00Z");
    let to_iso = play.office.letters().iter().filter(|letter| header(letter, "To").contains("iso@")).count();
    assert_eq!(to_iso, 1);
    assert!(play.run(&["verify"]).contains("whole"));
}

/// Ann wants one letter a week, Bob one at most, and Cid is away; each day has a daemon of its own.
#[test]
fn a_ladder_through_weekly_letters_a_maximum_and_an_absence() {
    let steps = "[policy.default]\nbefore = [\"7d\"]\non_the_day = true\noverdue = \"7d\"\n\
                 [letters]\nweekly_on = \"mon\"\n[mail.maildir]\npath = \"letters\"\n";
    let rung = |after: &str, to: &str, how: &str| {
        format!("[[policy.default.escalate]]\nafter = \"{after} overdue\"\nto = \"{to}\"\nhow = \"{how}\"\n")
    };
    let ladder =
        rung("7d", "deputy", "cc") + &rung("14d", "Cid", "letter") + &rung("28d", "secretariat", "letter");
    let office = Office::new(&format!("{steps}{ladder}"));
    office.write(
        "register/Representatives.csv",
        "Name,Email,Deputy,Letters,Letters a week,Absent from,Absent until\n\
         Ann,ann@example.org,Bob,weekly,,,\nBob,bob@example.org,,,1,,\n\
         Cid,cid@example.org,Dan,,,2017-06-12,2017-06-23\nDan,dan@example.org,,,,,\n",
    );
    // What Bob is asked himself fills his week when the copy comes.
    let actions = |status| {
        office.actions(&[
            ["A1", "one", "Ann", "2017-06-02", status],
            ["B1", "two", "Bob", "2017-06-15", "open"],
        ]);
    };
    actions("open");
    let play = Play::from("2017-05-22T05:00:00Z", office);
    let until = |day: jiff::civil::Date| play.until(&format!("{day}T12:00:00Z"));
    let days = |from: jiff::civil::Date| from.series(jiff::Span::new().days(1));
    let day = |month, day| jiff::civil::date(2017, month, day);
    days(day(5, 22)).take_while(|one| *one <= day(6, 29)).for_each(until);
    let why = play.run(&["why", "A1", "--on", "2017-06-29"]);
    assert!(
        why.contains("It was escalated to Cid on Fri 16 Jun 2017, by a letter of its own (14 days overdue)."),
        "{why}"
    );
    // Ann answers a day before the last step.
    play.office.actions(&[
        ["A1", "one", "Ann", "2017-06-02", "in progress"],
        ["B1", "two", "Bob", "2017-06-15", "done"],
    ]);
    days(day(6, 29)).take_while(|one| *one <= day(7, 4)).for_each(until);
    let said: Vec<_> =
        play.said().iter().map(|one| one.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        said,
        [
            "2017-05-29 ann A1: one, due in 4 days",
            "2017-06-05 ann A1: one, 3 days overdue",
            "2017-06-08 bob B1: two, due in 7 days",
            // That Bob gets a copy waits for no Monday, and is none of his letters; both have it.
            "2017-06-09 ann cc bob No answer: A1 one, 7 days overdue",
            "2017-06-09 ann cc bob No answer: A1 one, 7 days overdue",
            "2017-06-15 bob B1: two, due today",
            // Dan stands in for Cid, who has the copy.
            "2017-06-16 dan cc cid No answer: A1 one, 14 days overdue",
            "2017-06-16 dan cc cid No answer: A1 one, 14 days overdue",
            "2017-06-19 ann A1: one, 17 days overdue",
            // Bob has no deputy: the secretariat has the copy.
            "2017-06-22 bob cc tsb No answer: B1 two, 7 days overdue",
            "2017-06-22 bob cc tsb No answer: B1 two, 7 days overdue",
            "2017-06-26 ann A1: one, 24 days overdue",
            "2017-06-29 bob B1: two, 14 days overdue",
            // Cid is back.
            "2017-06-29 cid No answer: B1 two, 14 days overdue",
            // Reminders go on after an answer, and nobody else is told.
            "2017-07-03 ann A1: one, 31 days overdue",
        ]
    );
    assert!(play.run(&["verify"]).contains("whole"));
}

/// Nobody who is asked gets another letter, but somebody else gets one.
#[test]
fn the_next_letter_in_the_status_may_be_one_to_whom_it_is_escalated() {
    let policy = "[mail.maildir]\npath = \"letters\"\n[policy.default]\nbefore = []\noverdue = \"never\"\n";
    let office = deputies(&format!("{policy}{}", ladder("letter")));
    ask(&office, "open");
    let play = Play::from("2017-06-01T05:00:00Z", office);
    play.until("2017-06-05T12:00:00Z");
    let next = |play: &Play| {
        let status: serde_json::Value =
            serde_json::from_str(&play.office.run(&["status", "--on", "2017-06-05", "--json"]).out).unwrap();
        status["actions"][0]["next_reminder"].as_str().map(str::to_owned)
    };
    assert_eq!(next(&play).as_deref(), Some("2017-06-09T06:00:00Z"));
    let outside = ladder("letter").replace("\"deputy\"", "\"ISO\"");
    play.office.settings(&format!("{policy}{outside}approval = true\n"));
    assert_eq!(next(&play), None, "what waits for approval is no letter yet");
}

#[test]
fn what_a_ladder_names_that_the_register_does_not_have_is_told_with_its_line() {
    let named = |to: &str| ladder("cc").replace("deputy", to);
    let office = deputies(&format!("[mail.maildir]\npath = \"letters\"\n{}", named("chair of TSGA")));
    ask(&office, "open");
    office.write(
        "register/Bodies.csv",
        "Body,Secretariat email\nTSAG,tsag@example.org\nSG17,sg17@example.int\n",
    );
    office.write("register/Roles.csv", "Body,Role,Representative\nTSAG,chair,\nSG17,chair,Cid\n");
    let said = office.run(&["check"]).failed(3);
    assert!(
        said.contains(
            "policy.default.escalate[0].to: \"chair of TSGA\" is not a person of the sheet Representatives"
        ) && said.contains("did you mean chair of TSAG?"),
        "{said}"
    );
    office.settings(&format!("[mail.maildir]\npath = \"letters\"\n{}", named("chair of TSAG")));
    let said = office.run(&["check"]).well();
    assert!(said.contains("nobody holds chair of TSAG today. Until somebody does"), "{said}");
    assert!(said.contains("7 days overdue: escalated to chair of"), "{said}");
    let own = format!("{}approval = true\n", named("chair of SG17"));
    office.settings(&format!("[mail.maildir]\npath = \"letters\"\n{own}"));
    let said = office.run(&["check"]).well();
    assert!(
        said.contains("chair of SG17 is served by this secretariat: an escalation to it needs no approval"),
        "{said}"
    );
}

/// Ten delegates, of whom something is asked until a deadline, and Ann, who gets a copy when they do not answer.
fn ten_delegates(deadline: &str) -> Office {
    let office = Office::with_maildir();
    office.settings(
        "[mail.maildir]\npath = \"letters\"\n[limits]\nper_person_and_day = 3\n[policy.default]\nbefore = []\n\
         on_the_day = true\noverdue = \"30d\"\n[[policy.default.escalate]]\nafter = \"7d overdue\"\nto = \"Ann\"\nhow = \"cc\"\n",
    );
    let (mut people, mut actions) = (Vec::new(), Vec::new());
    for n in 0..10 {
        people.push(format!("Delegate {n},delegate{n}@example.org"));
        actions.push(format!("17/{n},Nominate,Delegate {n},{deadline},open"));
    }
    people.push("Ann,ann@example.org".to_owned());
    office.write("register/Representatives.csv", &format!("Name,Email\n{}\n", people.join("\n")));
    let header = "Ref,Title,Asked of,Deadline,Status";
    office.write("register/Actions.csv", &format!("{header}\n{}\n", actions.join("\n")));
    office
}

#[test]
fn why_says_on_which_day_a_copy_leaves_that_is_one_too_many_for_today_and_why() {
    // Monday; a week later it is told.
    let office = ten_delegates("2098-03-03");
    let why = |reference: &str, on: &str| office.run(&["why", reference, "--on", on]).well();
    let told = why("17/0", "2098-03-10");
    assert!(told.contains("It escalates to Ann at the next send time, in copy"), "{told}");
    assert!(told.contains("Delegate 0: a letter leaves Mon 10 Mar 2098 08:00"), "{told}");
    for (reference, day) in [("17/3", "Tue 11 Mar 2098"), ("17/9", "Thu 13 Mar 2098")] {
        let said = why(reference, "2098-03-10").split_whitespace().collect::<Vec<_>>().join(" ");
        let later = format!("It escalates to Ann on {day}, in copy of the letter to whoever is asked");
        assert!(said.contains(&later), "no {later} in {said}");
        assert!(
            said.contains("not at the next send time") && said.contains("limits.per_person_and_day is 3"),
            "{said}"
        );
        assert!(said.contains("was told (step of"), "{said}");
        assert!(!said.contains("a letter leaves"), "nor a letter with a copy: {said}");
    }
    let then = why("17/3", "2098-03-11");
    assert!(then.contains("It escalates to Ann at the next send time"), "{then}");
}

#[test]
fn status_says_of_each_action_on_which_day_its_copy_leaves() {
    let play = Play::from("2027-02-26T12:00:00Z", ten_delegates("2027-03-01"));
    play.until("2027-03-08T12:00:00Z");
    let status = play.office.run(&["status", "--on", "2027-03-08", "--json"]).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let next = |one: &serde_json::Value| one["next_reminder"].as_str().unwrap()[..10].to_owned();
    let next: Vec<_> = status["actions"].as_array().unwrap().iter().map(next).collect();
    let [tuesday, wednesday, thursday] = ["2027-03-09", "2027-03-10", "2027-03-11"];
    // Of the first three the copy left on Monday: what comes is the next step.
    let days = [["2027-03-31"; 3], [tuesday; 3], [wednesday; 3]].concat();
    assert_eq!(next, [days, vec![thursday]].concat());
}

/// The whole send time was held, that of everybody else as well.
#[test]
fn a_chair_in_copy_of_what_ten_delegates_do_not_answer_gets_the_copies_by_and_by_and_nothing_is_held() {
    let office = ten_delegates("2027-03-01");
    let play = Play::from("2027-02-26T12:00:00Z", office);
    play.until("2027-03-12T12:00:00Z");
    // In the Maildir the copy is a file of its own.
    let mut said = play.said();
    said.dedup();
    let copies: Vec<_> = said.iter().filter(|one| one.contains("cc ann")).map(|one| &one[..10]).collect();
    let [monday, tuesday, wednesday, thursday] = ["2027-03-08", "2027-03-09", "2027-03-10", "2027-03-11"];
    let days = [[monday; 3], [tuesday; 3], [wednesday; 3]].concat();
    assert_eq!(copies, [days, vec![thursday]].concat(), "{said:#?}");
    assert_eq!(said.len(), 20, "each delegate a letter on the day, and one with a copy: {said:#?}");
}
