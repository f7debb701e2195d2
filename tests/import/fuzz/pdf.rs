//! Damage inside of a PDF that is whole otherwise: its objects are changed, and it is written anew with a table that finds
//! them, so that the damage reaches whoever takes out the text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{
    Dictionary, Document, Object, Stream, StringFormat,
    content::{Content, Operation},
};

use crate::damaged::Dice;

/// Operators that place and show text, or change where it stands (ISO 32000-1, annex A).
const OPERATORS: [&str; 24] = [
    "Tj", "TJ", "'", "\"", "Td", "TD", "Tm", "T*", "Tf", "Tc", "Tw", "Tz", "TL", "Ts", "Tr", "BT", "ET", "q",
    "Q", "cm", "Do", "gs", "BDC", "EMC",
];

/// Entries of fonts, pages and streams on which the text depends.
const KEYS: [&str; 22] = [
    "Encoding",
    "ToUnicode",
    "Widths",
    "FirstChar",
    "LastChar",
    "DescendantFonts",
    "W",
    "DW",
    "CIDToGIDMap",
    "Subtype",
    "BaseFont",
    "FontDescriptor",
    "Differences",
    "Resources",
    "Contents",
    "MediaBox",
    "Kids",
    "Parent",
    "Count",
    "Type",
    "Filter",
    "Matrix",
];

/// The PDF with some of its objects changed; none where it cannot be written any more.
pub(super) fn damaged(whole: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut document = Document::load_mem(whole).unwrap();
    for _ in 0..=dice.below(4) {
        let ids: Vec<_> = document.objects.keys().copied().collect();
        let chosen = ids[dice.below(ids.len())];
        let other = ids[dice.below(ids.len())];
        match document.objects.get_mut(&chosen).unwrap() {
            Object::Stream(stream) if dice.below(4) > 0 => in_content(stream, dice),
            Object::Stream(stream) => in_dictionary(&mut stream.dict, other, dice),
            Object::Dictionary(dictionary) => in_dictionary(dictionary, other, dice),
            object => *object = value(other, dice),
        }
    }
    let mut bytes = Vec::new();
    // The writer is not what is tried here.
    catch_unwind(AssertUnwindSafe(|| document.save_to(&mut bytes))).ok()?.ok()?;
    if dice.below(6) == 0 {
        another_length(&mut bytes, dice);
    }
    Some(bytes)
}

/// A page's operations changed one by one, or the bytes of any other stream, as fonts' tables of characters are.
fn in_content(stream: &mut Stream, dice: &mut Dice) {
    let Ok(plain) = stream.decompressed_content() else { return };
    let content = if dice.below(5) == 0 { Err(()) } else { Content::decode(&plain).map_err(|_| ()) };
    let changed = match content {
        Ok(Content { mut operations }) if !operations.is_empty() => {
            for _ in 0..=dice.below(6) {
                operation(&mut operations, dice);
            }
            Content { operations }.encode().unwrap_or(plain)
        }
        _ => bytes(plain, dice),
    };
    stream.set_plain_content(changed);
}

fn operation(operations: &mut Vec<Operation>, dice: &mut Dice) {
    let at = dice.below(operations.len());
    match dice.below(8) {
        0 if operations.len() > 1 => drop(operations.remove(at)),
        1 => {
            let one = operations[at].clone();
            let times = 1 << dice.below(10);
            operations.splice(at..at, std::iter::repeat_n(one, times));
        }
        2 => OPERATORS[dice.below(OPERATORS.len())].clone_into(&mut operations[at].operator),
        3 => operations[at].operands.clear(),
        4 => {
            let operands = (0..dice.below(7)).map(|_| value((1, 0), dice)).collect();
            let operator = OPERATORS[dice.below(OPERATORS.len())];
            operations.insert(at, Operation::new(operator, operands));
        }
        _ => {
            let count = operations[at].operands.len();
            if let Some(operand) = operations[at].operands.get_mut(dice.below(count)) {
                *operand = value((1, 0), dice);
            }
        }
    }
}

/// An entry that is there, or one of those that matter, with another value or without any.
fn in_dictionary(dictionary: &mut Dictionary, other: (u32, u16), dice: &mut Dice) {
    let there: Vec<_> = dictionary.iter().map(|(key, _)| key.clone()).collect();
    let key = if there.is_empty() || dice.below(4) == 0 {
        KEYS[dice.below(KEYS.len())].as_bytes().to_vec()
    } else {
        there[dice.below(there.len())].clone()
    };
    match dice.below(5) {
        0 => drop(dictionary.remove(&key)),
        1 => dictionary.set(key, Object::Reference(other)),
        _ => dictionary.set(key, value(other, dice)),
    }
}

fn value(other: (u32, u16), dice: &mut Dice) -> Object {
    let numbers = [0, 1, -1, 255, 65_536, i64::from(i32::MAX), i64::from(u32::MAX), i64::MAX, i64::MIN];
    let reals = [0.0, -0.0, 1e-30, 1e30, -1e30, f32::MAX, 0.5];
    let names = [
        "Identity-H",
        "WinAnsiEncoding",
        "Type0",
        "Type3",
        "CIDFontType2",
        "FlateDecode",
        "LZWDecode",
        "F1",
        "",
    ];
    match dice.below(9) {
        0 => Object::Null,
        1 | 2 => Object::Integer(numbers[dice.below(numbers.len())]),
        3 => Object::Real(reals[dice.below(reals.len())]),
        4 => Object::Name(names[dice.below(names.len())].as_bytes().to_vec()),
        5 => Object::String(bytes(b"invites SG17".to_vec(), dice), StringFormat::Hexadecimal),
        6 => Object::Array(
            (0..dice.below(5)).map(|_| Object::Integer(numbers[dice.below(numbers.len())])).collect(),
        ),
        7 => Object::Array(vec![Object::Reference(other); dice.below(4)]),
        // One that there is not.
        _ => Object::Reference((other.0 + 1_000, 0)),
    }
}

fn bytes(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        match (dice.below(3), bytes.get_mut(at)) {
            (0, Some(byte)) => *byte = u8::try_from(dice.below(256)).unwrap(),
            (1, Some(_)) => drop(bytes.drain(at..(at + dice.below(16)).min(bytes.len()))),
            _ => bytes.insert(at.min(bytes.len()), u8::try_from(dice.below(256)).unwrap()),
        }
    }
    bytes
}

/// The length of a stream as another number of as many digits: what comes behind it stays where it is.
fn another_length(bytes: &mut [u8], dice: &mut Dice) {
    let places: Vec<_> = bytes
        .windows(8)
        .enumerate()
        .filter(|(_, window)| *window == b"/Length ")
        .map(|(at, _)| at + 8)
        .collect();
    let Some(at) = places.get(dice.below(places.len())) else { return };
    for byte in bytes.iter_mut().skip(*at).take_while(|byte| byte.is_ascii_digit()) {
        *byte = b'0' + u8::try_from(dice.below(10)).unwrap();
    }
}
