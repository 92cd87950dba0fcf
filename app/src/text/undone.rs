//! Words for what operators tried and what was not done.

use domain::audit::{Deed, Entry, Outcome};

/// "Disabling by Mara Vogt refused: last active token"; `None` for a deed that has words of its own, and
/// for one that was done.
pub(super) fn undone(entry: &Entry) -> Option<String> {
    let how = match entry.outcome {
        Outcome::Done => return None,
        Outcome::Failed => "failed",
        Outcome::Refused => "refused",
    };
    let what = match entry.deed? {
        Deed::StartEnrolment => "Enrolment",
        Deed::RestartEnrolment => "Starting the enrolment again",
        Deed::CancelEnrolment => "Cancelling the enrolment",
        Deed::DisableToken => "Disabling",
        Deed::EnableToken => "Enabling",
        Deed::UnlockToken => "Unlocking",
        Deed::EditToken => "Editing",
        Deed::DeleteToken => "Deleting",
        Deed::UnlockUser => "Unlocking the user",
        Deed::CreateUser => "Adding the user",
        Deed::EditUser => "Editing the user",
        Deed::DisableUser => "Disabling the user",
        Deed::EnableUser => "Enabling the user",
        Deed::DeleteUser => "Deleting the user",
        Deed::ChangePassword => "Changing the password",
        Deed::Refuse => return Some(format!("Refused to {}: {}", entry.actor, entry.reason)),
        Deed::Verify
        | Deed::TestToken
        | Deed::EndEnrolment
        | Deed::EnrolToken
        | Deed::ResetToken
        | Deed::ReplaceToken
        | Deed::GivePassword
        | Deed::SignIn
        | Deed::SignOut
        | Deed::EndSession
        | Deed::MakeLink
        | Deed::SpendLink
        | Deed::CreateRealm
        | Deed::CreateOperator
        | Deed::CreateClient
        | Deed::EditTokenType => return None,
    };
    Some(format!("{what} by {} {how}: {}", entry.actor, entry.reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn entry(deed: Deed, outcome: Outcome, reason: &str) -> Entry {
        Entry {
            id: 1,
            at: Timestamp(0),
            deed: Some(deed),
            outcome,
            actor: "Mara Vogt".into(),
            address: String::new(),
            client_address: String::new(),
            serial: String::new(),
            object: String::new(),
            reason: reason.into(),
            note: String::new(),
            privilege: None,
        }
    }

    #[test]
    fn what_was_refused_is_not_said_to_be_done() {
        let said = |deed, outcome, reason| crate::text::entry(&entry(deed, outcome, reason)).2;
        assert_eq!(
            said(Deed::DisableToken, Outcome::Refused, "last active token"),
            "Disabling by Mara Vogt refused: last active token"
        );
        assert_eq!(
            said(Deed::DeleteToken, Outcome::Failed, "wrong password"),
            "Deleting by Mara Vogt failed: wrong password"
        );
        assert_eq!(
            said(Deed::Refuse, Outcome::Refused, "tokens.delete"),
            "Refused to Mara Vogt: tokens.delete"
        );
        let done = said(Deed::DeleteToken, Outcome::Done, "");
        assert_eq!(done, "Deleted by Mara Vogt");
    }
}
