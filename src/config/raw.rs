//! The shape of a settings file: which keys there are, whatever their values.

use std::{collections::BTreeMap, fmt, marker::PhantomData, ops::Deref};

use serde::{
    Deserialize, Deserializer,
    de::{IntoDeserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    given::Given,
    keys::{ANY_NAME, ANY_PLACE, join},
};

/// A key or section that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// "mail.smtp.port"
    pub(super) path: String,
    /// Whether it holds keys, not a value.
    pub(super) section: bool,
}

/// What has keys.
pub(super) trait Shape: Default {
    /// Adds all keys and sections below `at`.
    fn known(at: &str, out: &mut Vec<Known>);
    /// Adds what was given in place of a section.
    fn misplaced<'a>(&'a self, at: &str, out: &mut Vec<(String, &'a Given)>);
}

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($key:ident),* } [ $($part:ident: $shape:ty),* ]
        $({ $($list:ident: $item:ty),* })?) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name {
            $(pub(super) $key: Given,)*
            $(pub(super) $part: Section<$shape>,)*
            $($(pub(super) $list: Several<$item>,)*)?
        }

        impl Shape for $name {
            fn known(at: &str, out: &mut Vec<Known>) {
                $(out.push(Known { path: join(at, stringify!($key)), section: false });)*
                $(Section::<$shape>::known(&join(at, stringify!($part)), out);)*
                $($(Several::<$item>::known(&join(at, stringify!($list)), out);)*)?
                let _ = (at, out);
            }

            fn misplaced<'a>(&'a self, at: &str, out: &mut Vec<(String, &'a Given)>) {
                $(self.$part.misplaced(&join(at, stringify!($part)), out);)*
                $($(self.$list.misplaced(&join(at, stringify!($list)), out);)*)?
                let _ = (at, out);
            }
        }
    };
}

section! {
    /// The whole file.
    Raw {} [
        secretariat: Secretariat, register: Register, letters: Letters, schedule: Schedule, policy: Named<Policy>,
        calendars: Named<Calendar>, mail: Mail, retry: Retry, catch_up: CatchUp, limits: Limits, import: Import, clock: Clock, state: State,
        monitoring: Monitoring, templates: Templates, log: Log
    ]
}
section! { /// `[secretariat]`
Secretariat { name, address, reply_to, time_zone, calendar, weekly_summary, preview_run } [] }
section! { /// `[register]`
Register { path, dates, settle, vanished_grace } [] }
section! { /// `[letters]`
Letters { language, calendar, release_window, weekly_on } [] }
section! { /// `[schedule]`
Schedule { send, recipient_morning, recipient_rest_days } [] }
section! { /// `[policy.NAME]`
Policy { before, on_the_day, overdue, closed_day, without_deadline, announce_closure, letters, kinds } [] { escalate: Escalate } }
section! { /// `[[policy.NAME.escalate]]`
Escalate { after, to, how, approval, template } [] }
section! { /// `[calendars.NAME]`
Calendar { ics, weekend } [] }
section! { /// `[mail]`
Mail { allow_domains } [smtp: Smtp, maildir: Maildir, archive: Archive] }
section! { /// `[mail.smtp]`
Smtp { host, port, tls, user, password_file, password_credential, ca_file, hello, connections }
[timeouts: Timeouts] }
section! { /// `[mail.smtp.timeouts]`
Timeouts { connect, greeting, command, data, final_dot } [] }
section! { /// `[mail.maildir]`
Maildir { path } [] }
section! { /// `[mail.archive]`
Archive { maildir, wait } [] }
section! { /// `[retry]`
Retry { first, max, give_up_after } [] }
section! { /// `[catch_up]`
CatchUp { max_age, spread, spread_above } [] }
section! { /// `[limits]`
Limits { first_run, per_run, per_person_and_day, per_person_and_week, times_usual } [] }
section! { /// `[import]`
Import { time, memory_mib, file_mib } [] }
section! { /// `[clock]`
Clock { max_jump } [] }
section! { /// `[state]`
State { dir, check_every, keep_letters } [] }
section! { /// `[monitoring]`
Monitoring { patience, metrics_file } [] }
section! { /// `[templates]`
Templates { dir } [] }
section! { /// `[log]`
Log { level } [] }

/// Sections under names of the administrator's choice.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent, bound = "T: Shape + Deserialize<'de>")]
pub(super) struct Named<T>(pub(super) BTreeMap<String, Section<T>>);

impl<T: Shape> Shape for Named<T> {
    fn known(at: &str, out: &mut Vec<Known>) {
        Section::<T>::known(&join(at, ANY_NAME), out);
    }

    fn misplaced<'a>(&'a self, at: &str, out: &mut Vec<(String, &'a Given)>) {
        for (name, section) in &self.0 {
            section.misplaced(&join(at, name), out);
        }
    }
}

/// Sections that stand one after the other, each under a line with two pairs of brackets.
#[derive(Debug)]
pub(super) struct Several<T> {
    /// In their order.
    pub(super) sections: Vec<Section<T>>,
    instead: Option<Given>,
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self { sections: Vec::new(), instead: None }
    }
}

impl<T: Shape> Several<T> {
    /// Their keys, as `escalate[].after`.
    fn known(at: &str, out: &mut Vec<Known>) {
        Section::<T>::known(&format!("{at}{ANY_PLACE}"), out);
    }

    fn misplaced<'a>(&'a self, at: &str, out: &mut Vec<(String, &'a Given)>) {
        if let Some(given) = &self.instead {
            out.push((at.to_owned(), given));
        }
        for (index, section) in self.sections.iter().enumerate() {
            section.misplaced(&format!("{at}[{index}]"), out);
        }
    }
}

impl<'de, T: Shape + Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneByOne(PhantomData))
    }
}

struct OneByOne<T>(PhantomData<T>);

impl<T> OneByOne<T> {
    fn instead(given: Given) -> Several<T> {
        Several { sections: Vec::new(), instead: Some(given) }
    }
}

impl<'de, T: Shape + Deserialize<'de>> Visitor<'de> for OneByOne<T> {
    type Value = Several<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sections")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Several<T>, A::Error> {
        let mut sections = Vec::new();
        while let Some(section) = items.next_element()? {
            sections.push(section);
        }
        Ok(Several { sections, instead: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Several<T>, A::Error> {
        // What is in it is not reported as unknown on top.
        while map.next_entry::<String, Given>()?.is_some() {}
        Ok(Self::instead(Given::Table))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Several<T>, E> {
        Ok(Several { sections: Vec::new(), instead: None })
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Several<T>, E> {
        Ok(Self::instead(Given::YesNo(value)))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Several<T>, E> {
        Ok(Self::instead(Given::Whole(value)))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Several<T>, E> {
        Ok(Self::instead(Given::Real(value)))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Several<T>, E> {
        Ok(Self::instead(Given::Text(value.to_owned())))
    }
}

/// A section, empty when it was not given or something else was given in its place.
#[derive(Debug, Default)]
pub(super) struct Section<T> {
    value: T,
    instead: Option<Given>,
}

impl<T> Deref for Section<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Shape> Section<T> {
    fn known(at: &str, out: &mut Vec<Known>) {
        out.push(Known { path: at.to_owned(), section: true });
        T::known(at, out);
    }

    fn misplaced<'a>(&'a self, at: &str, out: &mut Vec<(String, &'a Given)>) {
        match &self.instead {
            Some(given) => out.push((at.to_owned(), given)),
            None => self.value.misplaced(at, out),
        }
    }
}

impl<'de, T: Shape + Deserialize<'de>> Deserialize<'de> for Section<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys(PhantomData))
    }
}

struct Keys<T>(PhantomData<T>);

impl<T: Default> Keys<T> {
    fn instead<'de, E: serde::de::Error>(given: impl IntoDeserializer<'de, E>) -> Result<Section<T>, E> {
        let instead = Some(Given::deserialize(given.into_deserializer())?);
        Ok(Section { value: T::default(), instead })
    }
}

impl<'de, T: Shape + Deserialize<'de>> Visitor<'de> for Keys<T> {
    type Value = Section<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a section")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Section<T>, A::Error> {
        Ok(Section { value: T::deserialize(MapAccessDeserializer::new(map))?, instead: None })
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Section<T>, E> {
        Ok(Section::default())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Section<T>, E> {
        Self::instead(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Section<T>, E> {
        Self::instead(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Section<T>, E> {
        Self::instead(value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Section<T>, E> {
        Self::instead(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Section<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Section { value: T::default(), instead: Some(Given::List(list)) })
    }
}
