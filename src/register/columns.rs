//! The sheets and their columns.

use crate::action::{fold, is_mark_of_direction, is_unseen};

/// A sheet that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sheet {
    Actions,
    Representatives,
    Roles,
    Bodies,
    Meetings,
    Holidays,
}

impl Sheet {
    /// All of them, in the order in which their problems are shown.
    pub(super) const ALL: [Self; 6] =
        [Self::Actions, Self::Representatives, Self::Roles, Self::Bodies, Self::Meetings, Self::Holidays];

    /// The name as people write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Actions => "Actions",
            Self::Representatives => "Representatives",
            Self::Roles => "Roles",
            Self::Bodies => "Bodies",
            Self::Meetings => "Meetings",
            Self::Holidays => "Holidays",
        }
    }

    /// Its columns, in the order of their numbers.
    pub(super) fn columns(self) -> &'static [Heading] {
        match self {
            Self::Actions => ActionColumn::ALL,
            Self::Representatives => PersonColumn::ALL,
            Self::Roles => RoleColumn::ALL,
            Self::Bodies => BodyColumn::ALL,
            Self::Meetings => MeetingColumn::ALL,
            Self::Holidays => HolidayColumn::ALL,
        }
    }

    /// The number of the column that a header names; case and spaces do not count.
    pub(super) fn column_named(self, header: &str) -> Option<usize> {
        let squashed = squash(header);
        self.columns().iter().position(|heading| squash(heading.name) == squashed)
    }
}

/// What the name of a sheet, a CSV file or a TOML table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A sheet that is read.
    Sheet(Sheet),
    /// None of ours.
    Other,
}

/// The sheet that a name means; case, spaces and underscores do not count.
pub(super) fn sheet_named(name: &str) -> Named {
    let name = squash(name);
    Sheet::ALL.into_iter().find(|sheet| squash(sheet.name()) == name).map_or(Named::Other, Named::Sheet)
}

/// The form in which headers are compared: no case, no spaces, underscores or hyphens.
pub(super) fn squash(name: &str) -> String {
    let does_count = |c: &char| {
        !c.is_whitespace() && !matches!(c, '_' | '-') && !is_unseen(*c) && !is_mark_of_direction(*c)
    };
    name.chars().filter(does_count).flat_map(char::to_lowercase).collect()
}

/// The key of an unknown column for templates: "Budget code" is `budget_code`.
pub(super) fn extra_key(header: &str) -> String {
    fold(&header.replace('_', " ")).replace(' ', "_")
}

/// The header of a known column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    /// As people write it.
    pub name: &'static str,
    /// Whether a sheet without it cannot be read.
    pub required: bool,
}

/// A known column of some sheet.
pub(super) trait Column: Copy {
    /// Its number among the columns of its sheet.
    fn index(self) -> usize;
}

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident = $header:literal $(($need:ident))?),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(super) enum $name { $($column),+ }

        impl $name {
            const ALL: &[Heading] = &[$(Heading { name: $header, required: columns!(@ $($need)?) }),+];
        }

        impl Column for $name {
            fn index(self) -> usize {
                self as usize
            }
        }
    };
    (@ required) => { true };
    (@) => { false };
}

columns! {
    /// The columns of the sheet Actions.
    ActionColumn {
        Ref = "Ref" (required),
        Title = "Title" (required),
        Details = "Details",
        Kind = "Kind",
        Purpose = "Purpose",
        AskedOf = "Asked of" (required),
        AlsoTo = "Also to",
        Deadline = "Deadline",
        Status = "Status",
        Outcome = "Outcome",
        Policy = "Policy",
        Origin = "Origin",
        Link = "Link",
        Opened = "Opened",
        Closed = "Closed",
        Topic = "Topic",
        Snooze = "Snooze until",
    }
}

columns! {
    /// The columns of the sheet Representatives.
    PersonColumn {
        Name = "Name" (required),
        Email = "Email" (required),
        SecondEmail = "Second email",
        Organization = "Organization",
        Language = "Language",
        TimeZone = "Time zone",
        Deputy = "Deputy",
        AbsentFrom = "Absent from",
        AbsentUntil = "Absent until",
        Letters = "Letters",
        LettersAWeek = "Letters a week",
    }
}

columns! {
    /// The columns of the sheet Roles.
    RoleColumn {
        Body = "Body" (required),
        Role = "Role" (required),
        At = "At",
        Representative = "Representative" (required),
        From = "From",
        Until = "Until",
    }
}

columns! {
    /// The columns of the sheet Bodies.
    BodyColumn {
        Body = "Body" (required),
        FullName = "Full name",
        Parent = "Parent",
        Secretariat = "Secretariat",
        SecretariatEmail = "Secretariat email",
        Holidays = "Holidays",
    }
}

columns! {
    /// The columns of the sheet Meetings.
    MeetingColumn {
        Meeting = "Meeting" (required),
        Body = "Body" (required),
        Starts = "Starts" (required),
        Ends = "Ends",
        Place = "Place",
    }
}

columns! {
    /// The columns of the sheet Holidays.
    HolidayColumn {
        Calendar = "Calendar" (required),
        Date = "Date" (required),
        Name = "Name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_case_spaces_underscores_and_hyphens() {
        for header in ["Asked of", "asked_of", "ASKED  OF", "AskedOf", " asked-of "] {
            assert_eq!(squash(header), "askedof");
        }
        assert_eq!(extra_key("Budget  Code"), extra_key("budget_code"));
        assert_eq!(sheet_named(" actions"), Named::Sheet(Sheet::Actions));
        assert_eq!(sheet_named("Meetings"), Named::Sheet(Sheet::Meetings));
    }

    #[test]
    fn each_column_stands_at_its_own_number() {
        assert_eq!(ActionColumn::ALL[ActionColumn::Snooze.index()].name, "Snooze until");
        assert_eq!(BodyColumn::ALL[BodyColumn::Holidays.index()].name, "Holidays");
    }
}
