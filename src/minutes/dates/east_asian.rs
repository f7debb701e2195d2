//! Dates in Chinese: 2018年3月15日, 3月底, 2018年第二季度.

use jiff::civil::Date;

use super::{
    scan::{Found, Scan, day_of},
    spot::When,
};

impl Scan<'_> {
    /// 2018年3月15日, 3月15日, 2018年3月底.
    pub(super) fn east_asian(&self, at: usize) -> Found {
        let year = self.year(at).filter(|_| self.word(at + 1) == Some("年"));
        let month_at = if year.is_some() { at + 2 } else { at };
        if year.is_some() && self.one_of(month_at, &["第"]).is_some() {
            return self.east_asian_quarter(year?, month_at + 1);
        }
        if let Some(year) = year.filter(|_| self.one_of(month_at, &["底", "年底", "末"]).is_some()) {
            return Some((When::About(Date::new(year, 12, 31).ok()?), month_at + 1));
        }
        let month = self.small(month_at, 12).filter(|_| self.word(month_at + 1) == Some("月"))?;
        // Of "3月20-29日" the last day.
        let ranged = self.small(month_at + 2, 31).is_some()
            && self.sign(month_at + 3).is_some_and(|sign| "-–~～".contains(sign))
            && self.small(month_at + 4, 31).is_some();
        let day_at = if ranged { month_at + 4 } else { month_at + 2 };
        if let Some(day) =
            self.small(day_at, 31).filter(|_| matches!(self.word(day_at + 1), Some("日" | "号")))
        {
            return Some((day_of(year, month, day, true)?, day_at + 2));
        }
        let parts = [(&["初", "上旬"][..], 10), (&["中旬", "中"][..], 15), (&["底", "末", "下旬"][..], 31)];
        let part = parts.iter().find_map(|(words, day)| Some((self.one_of(day_at, words)?, *day)));
        let (next, day) = part.or_else(|| year.map(|_| (day_at, 31)))?;
        Some((day_of(year, month, day, false)?, next))
    }

    fn east_asian_quarter(&self, year: i16, at: usize) -> Found {
        let number = match (self.small(at, 4), self.word(at)) {
            (Some(number), _) => number,
            (None, Some("一")) => 1,
            (None, Some("二")) => 2,
            (None, Some("三")) => 3,
            (None, Some("四")) => 4,
            _ => return None,
        };
        let next = self.phrase(at + 1, "季度")?;
        let next = self.skip(next, &["末", "底"]);
        Some((day_of(Some(year), number * 3, 31, false)?, next))
    }
}
