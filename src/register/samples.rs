//! The sample rows of a new workbook.

use super::columns::Sheet;

/// The sample rows of a sheet, as texts.
pub(super) fn samples(sheet: Sheet) -> &'static [&'static [&'static str]] {
    match sheet {
        Sheet::Actions => &[
            &[
                "17/06",
                "nominate a representative to IEC/SEG 8",
                "",
                "nomination",
                "for action",
                "ITU-T representative at MoU/MG",
                "ITU-T",
                "NEXT-06-23",
                "pending",
                "",
                "",
                "MoU/MG, 38th meeting, resolution 17/06",
                "",
                "LAST-04-27",
            ],
            &[
                "17/03",
                "establish an active liaison with ISO/TC 307",
                "Blockchain and distributed ledger technologies.",
                "liaison reply",
                "for action",
                "chair of SG17",
                "",
                "",
                "open",
                "",
                "",
                "MoU/MG, 38th meeting, resolution 17/03",
            ],
            &[
                "AI 38/2",
                "report on the first meeting of ISO/TC 307",
                "",
                "report",
                "for information",
                "Sample Person",
                "",
                "",
                "done",
                "report given",
                "",
                "",
                "",
                "LAST-04-27",
                "LAST-05-02",
            ],
        ],
        Sheet::Representatives => &[
            &[
                "Sample Person",
                "sample.person@example.org",
                "",
                "Example Telecom",
                "en",
                "Europe/Zurich",
                "Another Person",
            ],
            &["Another Person", "another.person@example.org", "", "Example Telecom", "fr", "Europe/Paris"],
            &["Third Person", "third.person@example.org", "", "Example University", "en", "Asia/Tokyo"],
        ],
        Sheet::Roles => &[
            &["ITU-T", "representative", "MoU/MG", "Sample Person", "LAST-01-01"],
            &["SG17", "chair", "", "Third Person"],
            &["ITU-T", "representative", "IEC/SEG 8", ""],
        ],
        Sheet::Bodies => &[
            &[
                "ITU-T",
                "ITU Telecommunication Standardization Sector",
                "",
                "TSB",
                "itu-t@example.org",
                "Geneva",
            ],
            &["SG17", "ITU-T Study Group 17", "ITU-T", "TSB", "sg17@example.org"],
            &["MoU/MG", "Management Group of the MoU on electronic business", "", "", "mou-mg@example.org"],
            &["IEC/SEG 8", "IEC Systems Evaluation Group 8", "", "", "seg8@example.org"],
        ],
        Sheet::Meetings => &[
            &["MoU/MG-51", "MoU/MG", "NEXT-04-25", "NEXT-04-26", "Geneva"],
            &["SG17-9", "SG17", "NEXT-09-02", "NEXT-09-11", "Geneva"],
        ],
        Sheet::Holidays => &[
            &["Geneva", "THIS-12-25", "Christmas Day"],
            &["Geneva", "THIS-12-31", "Restoration of the Republic"],
            &["Geneva", "NEXT-08-01", "Swiss National Day"],
        ],
    }
}
