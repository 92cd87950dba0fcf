//! What the audit remembers, as a user's Activity and a token's history show it.

use crate::{Privilege, Timestamp};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// A thing done, tried or refused. Its word is stored, so a variant is never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Deed {
    /// An application asked whether a code is right.
    Verify,
    /// An operator tried a token.
    TestToken,
    /// An enrolment was begun.
    StartEnrolment,
    /// An enrolment was begun again with a new seed.
    RestartEnrolment,
    /// An enrolment was given up.
    CancelEnrolment,
    /// An enrolment was not proven in time, or proven wrong too often.
    EndEnrolment,
    /// The proof of an enrolment; done: the token exists.
    EnrolToken,
    /// A token was switched off.
    DisableToken,
    /// A token was switched on.
    EnableToken,
    /// A token that waited or was locked may be tried again.
    UnlockToken,
    /// Two codes brought a counter or clock back in step.
    ResetToken,
    /// A user who waited or was locked may be checked again.
    UnlockUser,
    /// A token's description was changed.
    EditToken,
    /// A token of an obsolete type was removed, for the one that follows was proven.
    ReplaceToken,
    /// A token was removed for good.
    DeleteToken,
    /// A password was given.
    GivePassword,
    /// A session began.
    SignIn,
    /// A session was ended by its operator.
    SignOut,
    /// A session ended by itself.
    EndSession,
    /// An operator chose a new password.
    ChangePassword,
    /// A one-time link was made.
    MakeLink,
    /// A one-time link was spent: an operator has password and app.
    SpendLink,
    /// A realm was made.
    CreateRealm,
    /// A user was made.
    CreateUser,
    /// A user's names or contacts were changed.
    EditUser,
    /// A user was switched off.
    DisableUser,
    /// A user was switched on.
    EnableUser,
    /// A user was removed for good.
    DeleteUser,
    /// An operator was made.
    CreateOperator,
    /// An API client was made.
    CreateClient,
    /// A token type's settings were changed.
    EditTokenType,
    /// A privilege was asked for and refused.
    Refuse,
}

impl Deed {
    /// All deeds.
    pub const ALL: [Self; 32] = [
        Self::Verify,
        Self::TestToken,
        Self::StartEnrolment,
        Self::RestartEnrolment,
        Self::CancelEnrolment,
        Self::EndEnrolment,
        Self::EnrolToken,
        Self::DisableToken,
        Self::EnableToken,
        Self::UnlockToken,
        Self::ResetToken,
        Self::UnlockUser,
        Self::EditToken,
        Self::ReplaceToken,
        Self::DeleteToken,
        Self::GivePassword,
        Self::SignIn,
        Self::SignOut,
        Self::EndSession,
        Self::ChangePassword,
        Self::MakeLink,
        Self::SpendLink,
        Self::CreateRealm,
        Self::CreateUser,
        Self::EditUser,
        Self::DisableUser,
        Self::EnableUser,
        Self::DeleteUser,
        Self::CreateOperator,
        Self::CreateClient,
        Self::EditTokenType,
        Self::Refuse,
    ];

    /// The word in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "token.verify",
            Self::TestToken => "token.test",
            Self::StartEnrolment => "enrolment.start",
            Self::RestartEnrolment => "enrolment.restart",
            Self::CancelEnrolment => "enrolment.cancel",
            Self::EndEnrolment => "enrolment.end",
            Self::EnrolToken => "token.enrol",
            Self::DisableToken => "token.disable",
            Self::EnableToken => "token.enable",
            Self::UnlockToken => "token.unlock",
            Self::ResetToken => "token.reset",
            Self::UnlockUser => "user.unlock",
            Self::EditToken => "token.edit",
            Self::ReplaceToken => "token.replace",
            Self::DeleteToken => "token.delete",
            Self::GivePassword => "operator.password",
            Self::SignIn => "operator.sign_in",
            Self::SignOut => "operator.sign_out",
            Self::EndSession => "session.end",
            Self::ChangePassword => "operator.change_password",
            Self::MakeLink => "link.make",
            Self::SpendLink => "link.spend",
            Self::CreateRealm => "realm.create",
            Self::CreateUser => "user.create",
            Self::EditUser => "user.edit",
            Self::DisableUser => "user.disable",
            Self::EnableUser => "user.enable",
            Self::DeleteUser => "user.delete",
            Self::CreateOperator => "operator.create",
            Self::CreateClient => "client.create",
            Self::EditTokenType => "token_type.edit",
            Self::Refuse => "privilege.refuse",
        }
    }

    /// The deed of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == word)
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was tried and did not work: a wrong code, say.
    Failed,
    /// It was not allowed.
    Refused,
}

impl Outcome {
    /// The word in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Failed, Self::Refused]
            .into_iter()
            .find(|o| o.as_str() == word)
    }
}

/// One row, as Activity and history show it.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What; `None` for a word of a newer version.
    pub deed: Option<Deed>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who: an operator's, application's or job's name.
    pub actor: String,
    /// From where, or empty.
    pub address: String,
    /// From where, as the application says of its own client, or empty.
    pub client_address: String,
    /// The token's serial, or empty.
    pub serial: String,
    /// The token's type and description when it happened, or empty.
    pub object: String,
    /// The true reason of a failure, or empty.
    pub reason: String,
    /// What the operator wrote, or empty.
    pub note: String,
    /// The privilege that was refused.
    pub privilege: Option<Privilege>,
}
