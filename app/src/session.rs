//! The session's cookie. Its value is a random secret of which the database holds only a hash; without
//! TLS on localhost the name has no `__Host-`, which browsers accept on TLS only.

use http::HeaderValue;
use http::header::SET_COOKIE;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::request;

/// Whether the console is reached by TLS; the server puts it into the context.
#[derive(Clone, Copy, Debug)]
pub struct SecureCookies(pub bool);

/// The value of the session's cookie, half or whole.
pub fn cookie() -> Option<String> {
    let cookies = request::caller().ok()?.cookies?;
    find(&cookies, name(is_secure()))
}

/// Gives the browser a new secret; an earlier one is overwritten.
pub fn set(secret: &str) {
    send(&format!("{}={secret}; {}", name(is_secure()), attributes()));
}

/// Takes the cookie away.
pub fn clear() {
    send(&format!(
        "{}=; {}; Max-Age=0",
        name(is_secure()),
        attributes()
    ));
}

fn send(cookie: &str) {
    if let (Some(response), Ok(cookie)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(cookie),
    ) {
        response.append_header(SET_COOKIE, cookie);
    }
}

fn find(cookies: &str, name: &str) -> Option<String> {
    let value = cookies
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))?;
    (!value.is_empty()).then(|| value.to_owned())
}

fn is_secure() -> bool {
    use_context::<SecureCookies>().is_none_or(|secure| secure.0)
}

fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-tokendesk"
    } else {
        "tokendesk"
    }
}

fn attributes() -> &'static str {
    if is_secure() {
        "Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn only_the_cookie_of_that_very_name_counts() {
        let cookies = "notice=a; xtokendesk=1; tokendesk2=2; tokendesk=3";
        assert_eq!(find(cookies, "tokendesk").as_deref(), Some("3"));
        assert_eq!(find(cookies, "__Host-tokendesk"), None);
        assert_eq!(find("tokendesk=", "tokendesk"), None);
    }
}
