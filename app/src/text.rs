//! Words that several pages share, for what `domain` knows as enums.

mod entry;
mod order;
#[cfg(feature = "ssr")]
mod typed;
mod undone;

pub use entry::{asked_from, client_address, entry};
pub use order::{Holds, sorted};
#[cfg(feature = "ssr")]
pub(crate) use typed::{bad_contact, bad_line, bad_username, password_rule};

use domain::check::Refusal;
use domain::token_type::EnrolBlocked;
use domain::type_settings::TypeIcon;
use domain::{Action, Blocked, Hint, Status, Token, User};

use crate::clock::Clock;
use crate::ui::badge::Tone;
use crate::ui::icon::Icon;
use crate::ui::time::{clock as hour, date, near};

const MICROSECONDS_OF_A_DAY: i64 = 86_400_000_000;

/// The label of an action.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::View => "View token",
        Action::Edit => "Edit",
        Action::Test => "Test token",
        Action::Disable => "Disable temporarily",
        Action::Enable => "Enable",
        Action::Unlock => "Unlock",
        Action::UnlockAndReset => "Unlock and reset",
        Action::Reset => "Reset token",
        Action::Replace => "Replace",
        Action::Delete => "Delete token",
    }
}

/// The sign of an action.
pub fn action_icon(action: Action) -> Icon {
    match action {
        Action::View => Icon::Eye,
        Action::Edit => Icon::Pencil,
        Action::Test => Icon::CircleCheckBig,
        Action::Disable => Icon::CirclePause,
        Action::Enable => Icon::CirclePlay,
        Action::Unlock => Icon::LockOpen,
        Action::UnlockAndReset => Icon::RotateCcwKey,
        Action::Reset => Icon::RotateCcw,
        Action::Replace => Icon::Replace,
        Action::Delete => Icon::Trash2,
    }
}

/// The key that does an action; what destroys has none.
pub fn action_key(action: Action) -> Option<&'static str> {
    match action {
        Action::Test => Some("T"),
        Action::Edit => Some("E"),
        Action::Disable | Action::Enable => Some("D"),
        Action::Reset => Some("R"),
        Action::View
        | Action::Unlock
        | Action::UnlockAndReset
        | Action::Replace
        | Action::Delete => None,
    }
}

/// The sign of a token type, by the name that administrators chose.
pub fn type_icon(name: &str) -> Icon {
    match TypeIcon::parse(name) {
        Some(TypeIcon::Smartphone) => Icon::Smartphone,
        Some(TypeIcon::ListOrdered) => Icon::ListOrdered,
        Some(TypeIcon::MessageSquare) => Icon::MessageSquare,
        Some(TypeIcon::MessagesSquare) => Icon::MessagesSquare,
        Some(TypeIcon::Mail) => Icon::Mail,
        Some(TypeIcon::RectangleEllipsis) => Icon::RectangleEllipsis,
        Some(TypeIcon::CreditCard) => Icon::CreditCard,
        Some(TypeIcon::LifeBuoy) => Icon::LifeBuoy,
        Some(TypeIcon::KeyRound) | None => Icon::KeyRound,
    }
}

/// The badge of a status: its tone, sign and word.
pub fn status(status: Status) -> (Tone, Icon, &'static str) {
    match status {
        Status::Active => (Tone::Quiet, Icon::CircleCheck, "ACTIVE"),
        Status::Disabled => (Tone::Neutral, Icon::CirclePause, "DISABLED"),
        Status::Obsolete => (Tone::Warning, Icon::TriangleAlert, "OBSOLETE"),
    }
}

/// The note beside a badge: its tone, its sign if it is loud, and its sentence.
pub fn hint(hint: Hint, clock: &Clock) -> (Tone, Option<Icon>, String) {
    let (tone, icon) = match hint {
        Hint::Waits(_) => (Tone::Warning, Some(Icon::ClockAlert)),
        Hint::Locked => (Tone::Danger, Some(Icon::Lock)),
        Hint::Expired(_) => (Tone::Danger, Some(Icon::CalendarX2)),
        Hint::ExpiresSoon(_) => (Tone::Warning, Some(Icon::Clock)),
        Hint::WorksNoLonger => (Tone::Danger, Some(Icon::CircleX)),
        Hint::Drifting => (Tone::Neutral, Some(Icon::Clock)),
        Hint::DisabledUntil(_) | Hint::WorksUntil(_) | Hint::NeverUsed => (Tone::Neutral, None),
    };
    let words = match hint {
        Hint::Waits(until) => waits(until, clock),
        Hint::Locked => "Locked".to_owned(),
        Hint::Expired(at) => expired(at, clock),
        Hint::ExpiresSoon(at) => expires_soon(at, clock),
        Hint::DisabledUntil(at) => format!("Until {}", day(at, clock)),
        Hint::WorksUntil(at) => format!("Works until {}", day(at, clock)),
        Hint::WorksNoLonger => "Works no longer".to_owned(),
        Hint::NeverUsed => "Never used".to_owned(),
        Hint::Drifting => "Drifting".to_owned(),
    };
    (tone, icon, words)
}

/// Why an action cannot be done now.
pub fn blocked(blocked: Blocked, clock: &Clock) -> String {
    match blocked {
        Blocked::Waits(until) => waits(until, clock),
        Blocked::Locked => "Locked; unlock it first".to_owned(),
        Blocked::Expired(at) => expired(at, clock),
        Blocked::Disabled => "Enable it first".to_owned(),
        Blocked::ReplaceInstead => "Replace it instead".to_owned(),
        Blocked::TypeObsolete => "The type is obsolete".to_owned(),
        Blocked::NothingFollows => "No type follows".to_owned(),
        Blocked::UserWaits(until) => {
            format!("The user waits until {}", time(until, clock))
        }
        Blocked::UserLocked => "The user is locked".to_owned(),
    }
}

/// Why a type cannot be enrolled now.
pub fn enrol_blocked(blocked: &EnrolBlocked) -> String {
    match blocked {
        EnrolBlocked::Obsolete {
            followed_by: Some(next),
        } => format!("Obsolete. Next type: {next}."),
        EnrolBlocked::Obsolete { followed_by: None } => "Obsolete.".to_owned(),
        EnrolBlocked::Maximum { count, maximum } => {
            format!("Maximum reached: {count} of {maximum}.")
        }
    }
}

/// Why a code was not accepted, in a sentence's beginning.
pub fn refusal(refusal: Refusal, clock: &Clock) -> String {
    match refusal {
        Refusal::WrongCode => "Wrong code".to_owned(),
        Refusal::CodeUsed => "Code already used".to_owned(),
        Refusal::Waits(until) => waits(until, clock),
        Refusal::Locked => "Locked".to_owned(),
        Refusal::UserWaits(until) => format!("The user waits until {}", time(until, clock)),
        Refusal::UserLocked => "The user is locked".to_owned(),
        Refusal::Disabled => "The token is disabled".to_owned(),
        Refusal::UserDisabled => "The user is disabled".to_owned(),
        Refusal::Expired => "Expired".to_owned(),
        Refusal::Obsolete => "The type is obsolete".to_owned(),
        Refusal::NoToken => "No token may verify".to_owned(),
        Refusal::Unknown => "Unknown".to_owned(),
    }
}

/// Who did it and when, behind the deed: ", by Mara Vogt, 5 min ago". What is not known is left out.
pub fn by(who: Option<&str>, at: Option<domain::Timestamp>, clock: &Clock) -> String {
    let who = who.filter(|who| !who.is_empty());
    let who = who.map(|who| format!(", by {who}")).unwrap_or_default();
    let at = at.map(|at| format!(", {}", near(clock.at(at), clock.now())));
    who + &at.unwrap_or_default()
}

/// How far a token's clock is off, as far as is known: "The token’s clock is 2 steps behind."
pub fn clock_off(token: &Token) -> Option<String> {
    let side = match token.drift {
        0 => return None,
        ..0 => "behind",
        1.. => "ahead",
    };
    let steps = match token.drift.unsigned_abs() {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    Some(format!("The token’s clock is {steps} {side}."))
}

/// What a sentence calls the user: the given name, or the username.
pub fn first_name(user: &User) -> String {
    if user.given_name.is_empty() {
        user.username.clone()
    } else {
        user.given_name.clone()
    }
}

/// "10:46" today, "Tomorrow, 10:31" or with its date.
pub fn time(at: domain::Timestamp, clock: &Clock) -> String {
    let (at, now) = (clock.at(at), clock.now());
    let (there, here) = (at.civil(), now.civil());
    if (there.year, there.month, there.day) == (here.year, here.month, here.day) {
        hour(at)
    } else {
        near(at, now)
    }
}

/// The last day before an end at 24:00: "31 May 2026".
pub fn day(end: domain::Timestamp, clock: &Clock) -> String {
    date(clock.at(domain::Timestamp(end.0.saturating_sub(1))))
}

/// "Too many wrong codes. No code is looked at until 10:46."
#[cfg(feature = "ssr")]
pub fn too_many_wrong(what: &str, until: domain::Timestamp, clock: &Clock) -> String {
    let until = time(until, clock);
    format!("Too many wrong {what}s. No {what} is looked at until {until}.")
}

fn waits(until: domain::Timestamp, clock: &Clock) -> String {
    format!("Waits until {}", time(until, clock))
}

fn expires_soon(at: domain::Timestamp, clock: &Clock) -> String {
    match (at.0 - clock.now.0) / MICROSECONDS_OF_A_DAY {
        0 => "Expires within a day".to_owned(),
        1 => "Expires in 1 day".to_owned(),
        days => format!("Expires in {days} days"),
    }
}

fn expired(at: domain::Timestamp, clock: &Clock) -> String {
    format!("Expired on {}", day(at, clock))
}

/// A sentence's words within another sentence: "waits until 10:46".
pub fn inner(words: &str) -> String {
    first_letter(words, str::make_ascii_lowercase)
}

fn sentence(words: &str) -> String {
    first_letter(words, str::make_ascii_uppercase)
}

/// Our own words start with a letter of ASCII.
fn first_letter(words: &str, change: fn(&mut str)) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        change(first);
    }
    words
}
