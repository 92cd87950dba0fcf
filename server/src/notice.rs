//! The one-time message after a deed: a cookie that the next page reads and ends.

use app::page::Notice;
use http::HeaderMap;
use http::HeaderValue;
use http::header::COOKIE;

const NAME: &str = "notice";

/// The cookie for a message; it lives for a minute.
pub fn cookie(notice: &Notice, secure: bool) -> Option<HeaderValue> {
    let message = serde_json::to_string(notice).ok()?;
    let message: String = form_urlencoded::byte_serialize(message.as_bytes()).collect();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{NAME}={message}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

/// Ends the cookie once its message is on a page.
pub fn spent() -> HeaderValue {
    HeaderValue::from_static("notice=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

/// The message that waits, if any.
pub fn read(headers: &HeaderMap) -> Option<Notice> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let value = cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))?;
    let field = format!("message={value}");
    let (_, message) = form_urlencoded::parse(field.as_bytes()).next()?;
    serde_json::from_str(&message).ok()
}
