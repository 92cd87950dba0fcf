//! Every link's one author: no address is put together anywhere else.

use std::fmt::Display;

use domain::Action;

/// The first step of signing in; afterwards it leads to `next`, if that is a page of ours.
pub fn sign_in(next: &str) -> String {
    match after_sign_in(next).as_str() {
        "/" => "/sign-in".to_owned(),
        next => format!("/sign-in?next={}", encode(next)),
    }
}

/// The second step of signing in; afterwards it leads to `next`.
pub fn sign_in_code(next: &str) -> String {
    match after_sign_in(next).as_str() {
        "/" => "/sign-in/code".to_owned(),
        next => format!("/sign-in/code?next={}", encode(next)),
    }
}

/// The page that signing in leads to: `next`, if it is a page of ours behind the sign-in.
pub fn after_sign_in(next: &str) -> String {
    let gate = ["/sign-in", "/sign-out", "/call/"];
    if is_local(next) && !is_secret(next) && !gate.iter().any(|gate| next.starts_with(gate)) {
        next.to_owned()
    } else {
        "/".to_owned()
    }
}

/// Where *Sign out* posts to.
pub fn sign_out() -> String {
    "/sign-out".to_owned()
}

/// The operator's own password, tokens and sessions.
pub fn account() -> String {
    "/account".to_owned()
}

/// Adding an own app.
pub fn add_own_token() -> String {
    "/account/tokens/new".to_owned()
}

/// Deleting an own token.
pub fn delete_own_token(serial: impl Display) -> String {
    format!("/account/tokens/{serial}/delete")
}

/// Ending another own session.
pub fn end_session(session: impl Display) -> String {
    format!("/account/sessions/{session}/end")
}

/// Ending all other own sessions.
pub fn end_other_sessions() -> String {
    "/account/sessions/end".to_owned()
}

/// The first administrator's one-time link.
pub fn first(link: impl Display) -> String {
    format!("/first/{link}")
}

/// The one-time link for an operator who lost both.
pub fn operator_reset(link: impl Display) -> String {
    format!("/operator-reset/{link}")
}

/// Whether a path holds the secret of a one-time link, and may stand in no log and no other address.
pub fn is_secret(path: &str) -> bool {
    ["/first/", "/operator-reset/"]
        .iter()
        .any(|link| path.starts_with(link))
}

/// The list of users.
pub fn users() -> String {
    "/users".to_owned()
}

/// What a list of users is asked for; what is empty is left out of its address.
#[derive(Clone, Debug, Default)]
pub struct UsersLike {
    /// What is searched for, as typed.
    pub words: String,
    /// A realm's id.
    pub realm: String,
    /// Who is shown.
    pub show: String,
    /// The order, unless it is that of names.
    pub order: String,
    /// A page's cursor.
    pub page: String,
}

/// A list of users as it was searched, filtered, put in order and leafed through.
pub fn users_like(like: &UsersLike) -> String {
    let fields = [
        ("q", &like.words),
        ("realm", &like.realm),
        ("show", &like.show),
        ("order", &like.order),
        ("page", &like.page),
    ];
    asked(users(), &fields)
}

/// A user's overview.
pub fn user(user: impl Display) -> String {
    format!("/users/{user}")
}

/// Adding a user.
pub fn new_user() -> String {
    "/users/new".to_owned()
}

/// Changing a user's names and contacts.
pub fn edit_user(user: impl Display) -> String {
    format!("/users/{user}/edit")
}

/// Disabling a user.
pub fn disable_user(user: impl Display) -> String {
    format!("/users/{user}/disable")
}

/// Enabling a user.
pub fn enable_user(user: impl Display) -> String {
    format!("/users/{user}/enable")
}

/// Deleting a user.
pub fn delete_user(user: impl Display) -> String {
    format!("/users/{user}/delete")
}

/// What happened to a user, and who did it.
pub fn user_activity(user: impl Display) -> String {
    format!("/users/{user}/activity")
}

/// What of a user's activity is asked for; what is empty is left out of its address.
#[derive(Clone, Debug, Default)]
pub struct ActivityLike {
    /// How far back.
    pub period: String,
    /// Of what.
    pub events: String,
    /// A token's serial.
    pub token: String,
    /// The row before which it begins: `{microseconds}-{number}`.
    pub before: String,
}

/// A part of a user's activity.
pub fn activity_like(user: impl Display, like: &ActivityLike) -> String {
    let fields = [
        ("period", &like.period),
        ("events", &like.events),
        ("token", &like.token),
        ("before", &like.before),
    ];
    asked(user_activity(user), &fields)
}

/// An address with these fields, without those that are empty.
fn asked(path: String, fields: &[(&str, &String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

/// A user's tokens.
pub fn tokens(user: impl Display) -> String {
    format!("/users/{user}/tokens")
}

/// Choosing the type of a new token.
pub fn new_token(user: impl Display) -> String {
    format!("/users/{user}/tokens/new")
}

/// The enrolment form of one type, named by its slug.
pub fn new_token_of(user: impl Display, slug: impl Display) -> String {
    format!("/users/{user}/tokens/new/{slug}")
}

/// An enrolment that waits for its proof.
pub fn enrolment(user: impl Display, slug: impl Display, enrolment: impl Display) -> String {
    format!("/users/{user}/tokens/new/{slug}?enrolment={enrolment}")
}

/// One token.
pub fn token(user: impl Display, serial: impl Display) -> String {
    format!("/users/{user}/tokens/{serial}")
}

/// Where an action on a token is done.
pub fn action(action: Action, user: impl Display, serial: impl Display) -> String {
    match action {
        Action::View => token(user, serial),
        action => format!("/users/{user}/tokens/{serial}/{}", action.as_str()),
    }
}

/// Unlocking a user.
pub fn unlock_user(user: impl Display) -> String {
    format!("/users/{user}/unlock")
}

/// The token types.
pub fn token_types() -> String {
    "/token-types".to_owned()
}

/// One token type, by its slug.
pub fn token_type(slug: impl Display) -> String {
    format!("/token-types/{slug}")
}

/// Whether an address leads to a page of ours and nowhere else, however a browser reads it.
pub fn is_local(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    address.len() <= 2_000
        && address.starts_with('/')
        && address.bytes().all(|byte| byte.is_ascii_graphic())
        && !path.contains("//")
        && !path.contains("/.")
        && !address.contains(['\\', '<', '>', '"'])
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_local() {
        for ours in ["/users", "/users?q=a", "/users/1/tokens#x"] {
            assert!(is_local(ours), "{ours}");
        }
        for other in EVIL {
            assert!(!is_local(other), "{other:?}");
            assert_eq!(after_sign_in(other), "/");
        }
        assert_eq!(after_sign_in("/sign-out"), "/");
        assert_eq!(after_sign_in("/users?q=a"), "/users?q=a");
    }

    const EVIL: [&str; 31] = [
        "",
        "users",
        " /users",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "https://evil.example",
        "HTTPS://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a\nb",
        "/\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "\t//evil.example",
        "\u{1}//evil.example",
        "/\0/evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/users//evil.example",
        "/users/../../x",
        "/users/..",
        "/\u{2044}evil.example",
        "\u{ff0f}/evil.example",
        "/users?q=\u{202e}",
        "@evil.example",
    ];

    #[test]
    fn the_page_to_come_back_to_is_one_value() {
        assert_eq!(
            sign_in("/users?q=a&b=c"),
            "/sign-in?next=%2Fusers%3Fq%3Da%26b%3Dc"
        );
    }

    #[test]
    fn no_address_leads_back_to_a_link() {
        for link in [first("s3cret"), operator_reset("s3cret"), first("s3cret/")] {
            assert!(is_secret(&link), "{link}");
            assert_eq!(sign_in(&link), "/sign-in");
            assert_eq!(sign_in_code(&link), "/sign-in/code");
            assert_eq!(after_sign_in(&link), "/");
        }
        assert!(!is_secret("/users/first/x"));
    }
}
