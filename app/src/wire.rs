//! How answers travel: postcard's bytes, value after value in the order of the types, without names. Both
//! sides know the types; reading by position takes a tenth of the code that reading JSON takes in the browser.
//!
//! Before a value stands the key of its type: a sum over the names and kinds of all that it may hold. A page
//! of another version finds that it cannot read the answer, instead of reading it wrongly.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use postcard_schema::Schema;
use postcard_schema::key::Key;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The output of every server function.
pub type Wire = Post<WireText>;

/// This encoding, for Leptos: of answers, and of what a page leaves for the browser's code.
#[derive(Debug)]
pub struct WireText;

/// A text that this side cannot read: it comes from another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not of this version")
    }
}

impl std::error::Error for Unreadable {}

/// Writes a value. Only the server does.
///
/// # Errors
/// [`Unreadable`] for what postcard cannot write: a list of unknown length.
#[cfg(feature = "ssr")]
pub fn encode<T: Serialize + Schema>(value: &T) -> Result<String, Unreadable> {
    let key = key_of::<T>();
    let bytes = postcard::to_allocvec(&(key, value)).map_err(|_| Unreadable)?;
    Ok(bytes.into_iter().map(char_of).collect())
}

/// Writes a value. Only the server does.
#[cfg(not(feature = "ssr"))]
pub(crate) fn encode<T: Serialize>(_: &T) -> Result<String, Unreadable> {
    Err(Unreadable)
}

/// Reads a value.
///
/// # Errors
/// [`Unreadable`] when the text is not of this type, as this side knows it.
pub fn decode<T: DeserializeOwned + Schema>(text: &str) -> Result<T, Unreadable> {
    let key = key_of::<T>();
    match bytes(text).split_first_chunk() {
        Some((of, value)) if *of == key => read(value),
        Some(_) | None => Err(Unreadable),
    }
}

/// Reads a value of another type that begins like this one, without comparing keys.
///
/// # Errors
/// [`Unreadable`] when the text does not hold it.
pub fn decode_beginning<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let bytes = bytes(text);
    let (_key, value) = bytes.split_first_chunk::<KEY>().ok_or(Unreadable)?;
    read(value)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok(_) | Err(_) => Err(Unreadable),
    }
}

const KEY: usize = size_of::<Key>();

/// Found when it is compiled: the browser holds the sums alone, not the names.
fn key_of<T: Schema>() -> [u8; KEY] {
    const { Key::for_path::<T>("").to_bytes() }
}

/// Each byte is a letter, so that an answer can stand in a page; words stay readable. Where a byte is none, or
/// one that is written otherwise into a page, stands a letter whose number ends alike: an escape is three times as
/// long.
#[cfg(feature = "ssr")]
fn char_of(byte: u8) -> char {
    match byte {
        b' '..=b'~' if byte != b'<' => char::from(byte),
        _ => char::from_u32(0x100 + u32::from(byte)).unwrap_or_default(),
    }
}

/// The end of a letter's number is its byte.
#[inline(never)]
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|letter| letter as u8).collect()
}

impl ContentType for WireText {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
}

impl FormatType for WireText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize + Schema> Encodes<T> for WireText {
    type Error = Unreadable;

    fn encode(value: &T) -> Result<Bytes, Unreadable> {
        encode(value).map(Into::into)
    }
}

impl<T: DeserializeOwned + Schema> Decodes<T> for WireText {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        decode(std::str::from_utf8(&bytes).map_err(|_| Unreadable)?)
    }
}

impl<T: Serialize + Schema> Encoder<T> for WireText {
    type Error = Unreadable;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Unreadable> {
        encode(value)
    }
}

impl<T: DeserializeOwned + Schema> Decoder<T> for WireText {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        decode(text)
    }
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
