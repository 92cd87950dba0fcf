//! Small and capital letters of names, in any script. The browser knows them by itself: Rust's own
//! tables would be the thirtieth part of the download.

/// In small letters.
#[cfg(feature = "ssr")]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// In capitals.
#[cfg(feature = "ssr")]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// In small letters.
#[cfg(not(feature = "ssr"))]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// In capitals.
#[cfg(not(feature = "ssr"))]
pub fn upper(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}
