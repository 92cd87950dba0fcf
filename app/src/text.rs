//! Words that several pages share, for what `domain` knows as enums.

use domain::audit::{Deed, Entry, Outcome};
use domain::check::Refusal;
use domain::token_type::EnrolBlocked;
use domain::type_settings::TypeIcon;
use domain::{Action, Blocked, Hint, Kind, Status, User};

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
        Action::Unassign => "Unassign",
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
        Action::Unassign => Icon::UserMinus,
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
        | Action::Unassign
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

/// How a kind works, in a few words.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "TOTP",
        Kind::Hotp => "HOTP",
        Kind::Sms => "Code by SMS",
        Kind::Email => "Code by email",
        Kind::Virtual => "Code by SMS or email",
        Kind::Hardware => "OATH, from stock",
        Kind::Webauthn => "WebAuthn",
        Kind::Recovery => "One-time codes",
        Kind::Temporary => "Temporary code",
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

/// Where an application says that its own client is.
pub fn client_address(entry: &Entry) -> Option<String> {
    let said = &entry.client_address;
    (!said.is_empty()).then(|| format!("client {said}, as the application says"))
}

/// A row of a token's history or a user's activity: its tone, sign and sentence.
pub fn entry(entry: &Entry) -> (Option<Tone>, Icon, String) {
    let done = entry.outcome == Outcome::Done;
    let words = match (entry.deed, done) {
        (Some(Deed::Verify), true) => "Code accepted".to_owned(),
        (Some(Deed::Verify), false) => sentence(&entry.reason),
        (Some(Deed::TestToken), true) => format!("Tested by {}", entry.actor),
        (Some(Deed::TestToken), false) => format!("Test failed: {}", entry.reason),
        (Some(Deed::StartEnrolment), _) => format!("Enrolment started by {}", entry.actor),
        (Some(Deed::RestartEnrolment), _) => format!("Enrolment started again by {}", entry.actor),
        (Some(Deed::CancelEnrolment), _) => format!("Enrolment cancelled by {}", entry.actor),
        (Some(Deed::EndEnrolment), _) => format!("Enrolment ended: {}", entry.reason),
        (Some(Deed::EnrolToken), true) => format!("Created by {}", entry.actor),
        (Some(Deed::EnrolToken), false) => format!("Proof failed: {}", entry.reason),
        (Some(Deed::DisableToken), _) => format!("Disabled by {}", entry.actor),
        (Some(Deed::EnableToken), _) => format!("Enabled by {}", entry.actor),
        (Some(Deed::UnlockToken), _) => format!("Unlocked by {}", entry.actor),
        (Some(Deed::ResetToken), true) => format!("Reset by {}", entry.actor),
        (Some(Deed::ResetToken), false) => format!("Reset failed: {}", entry.reason),
        (Some(Deed::UnlockUser), _) => format!("User unlocked by {}", entry.actor),
        (Some(Deed::EditToken), _) => format!("Edited by {}", entry.actor),
        (Some(Deed::ReplaceToken), _) => format!("Replaced by {}", entry.actor),
        (Some(Deed::DeleteToken), _) => format!("Deleted by {}", entry.actor),
        (Some(Deed::CreateUser), _) => format!("User added by {}", entry.actor),
        (Some(Deed::EditUser), _) => format!("User edited by {}", entry.actor),
        (Some(Deed::DisableUser), _) => format!("User disabled by {}", entry.actor),
        (Some(Deed::EnableUser), _) => format!("User enabled by {}", entry.actor),
        (Some(Deed::DeleteUser), _) => format!("User deleted by {}", entry.actor),
        (Some(deed), _) => sentence(&deed.as_str().replace(['.', '_'], " ")),
        (None, _) => "Done by a newer version".to_owned(),
    };
    let icon = match (entry.deed, done) {
        (Some(Deed::DisableToken | Deed::DisableUser), _) => Icon::CirclePause,
        (Some(Deed::EnableToken | Deed::EnableUser), _) => Icon::CirclePlay,
        (Some(Deed::CreateUser), _) => Icon::Plus,
        (Some(Deed::UnlockToken | Deed::UnlockUser), _) => Icon::LockOpen,
        (Some(Deed::ResetToken), true) => Icon::RotateCcw,
        (Some(Deed::EditToken | Deed::EditUser), _) => Icon::Pencil,
        (Some(Deed::ReplaceToken), _) => Icon::Replace,
        (Some(Deed::DeleteToken | Deed::DeleteUser), _) => Icon::Trash2,
        (Some(Deed::TestToken), true) => Icon::CircleCheckBig,
        (Some(Deed::StartEnrolment | Deed::EnrolToken), true) => Icon::Plus,
        (Some(Deed::RestartEnrolment), _) => Icon::RotateCw,
        (_, true) => Icon::CircleCheck,
        (_, false) => Icon::CircleX,
    };
    let tone = match (entry.deed, done) {
        (_, false) => Some(Tone::Danger),
        (Some(Deed::Verify), true) => Some(Tone::Success),
        (_, true) => None,
    };
    (tone, icon, words)
}

/// Who did it and when, behind the deed: ", by Mara Vogt, 5 min ago". What is not known is left out.
pub fn by(who: Option<&str>, at: Option<domain::Timestamp>, clock: &Clock) -> String {
    let who = who.filter(|who| !who.is_empty());
    let who = who.map(|who| format!(", by {who}")).unwrap_or_default();
    let at = at.map(|at| format!(", {}", near(clock.at(at), clock.now())));
    who + &at.unwrap_or_default()
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

/// What stands in a column, as far as its order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Names and words.
    Words,
    /// Times gone by.
    Past,
    /// Times to come.
    Future,
}

/// In which order rows stand: "Sorted by last used, newest first".
pub fn sorted(head: &str, holds: Holds, descending: bool) -> String {
    let first = match (holds, descending) {
        (Holds::Words, false) => "A first",
        (Holds::Words, true) => "Z first",
        (Holds::Past, false) => "oldest first",
        (Holds::Past, true) => "newest first",
        (Holds::Future, false) => "soonest first",
        (Holds::Future, true) => "latest first",
    };
    format!("Sorted by {}, {first}", inner(head))
}
