//! The audit's rows in sentences.

use domain::audit::{Deed, Entry, Outcome};

use super::sentence;
use super::undone::undone;
use crate::ui::badge::Tone;
use crate::ui::icon::Icon;

/// Where an application says that its own client is.
pub fn client_address(entry: &Entry) -> Option<String> {
    let said = &entry.client_address;
    (!said.is_empty()).then(|| format!("client {said}, as the application says"))
}

/// Who asked and from where: "VPN, 203.0.113.7".
pub fn asked_from(entry: &Entry) -> String {
    let address = match entry.client_address.as_str() {
        "" => &entry.address,
        said => said,
    };
    let parts = [entry.actor.as_str(), address];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// A row of a token's history or a user's activity: its tone, sign and sentence.
pub fn entry(entry: &Entry) -> (Option<Tone>, Icon, String) {
    if let Some(words) = undone(entry) {
        return (Some(Tone::Danger), Icon::CircleX, words);
    }
    let done = entry.outcome == Outcome::Done;
    let words = match (entry.deed, done) {
        (Some(Deed::Verify), true) => "Code accepted".to_owned(),
        (Some(Deed::Verify), false) => sentence(&entry.reason),
        (Some(Deed::TestToken), true) => format!("Tested by {}", entry.actor),
        (Some(Deed::TestToken), false) => format!("Test failed: {}", entry.reason),
        (Some(Deed::StartEnrolment), _) => format!("Enrolment started by {}", entry.actor),
        (Some(Deed::RestartEnrolment), _) => format!("Enrolment started again by {}", entry.actor),
        // whoever holds a one-time link has no name yet
        (Some(Deed::CancelEnrolment | Deed::DeleteToken), _) if entry.actor.is_empty() => {
            "Deleted with a one-time link".to_owned()
        }
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
