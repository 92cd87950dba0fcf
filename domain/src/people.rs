//! What the pages about users show: the list, one user's overview and activity.

use crate::audit::Entry;
use crate::page::Page;
use crate::tab::May;
use crate::token::{Disabled, NoSignIn};
use crate::{RealmId, Timestamp, Token, User, UserId};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// A page of users, and the realms to filter by.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct List {
    /// The users.
    pub page: Page<UserRow>,
    /// Every realm that the reader may look at: id and display name.
    pub realms: Vec<(RealmId, String)>,
    /// Whether the reader may add users.
    pub may_add: bool,
}

/// A user as somebody sees it who may manage users.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Managed {
    /// Who; contacts in full, unless `contacts` is false.
    pub user: User,
    /// Raised by every edit.
    pub version: i64,
    /// Whether the reader may see contacts in full, and so change them.
    pub contacts: bool,
    /// Since when, by whom and why the user is disabled.
    pub disabled: Option<Disabled>,
    /// Whether the user is an operator, who is not deleted here.
    pub is_operator: bool,
    /// How many tokens the user has.
    pub tokens: u32,
}

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// For people.
    pub name: String,
    /// As written.
    pub username: String,
    /// The realm's display name.
    pub realm_name: String,
    /// Plain text, or empty.
    pub department: String,
    /// Its tokens, needing attention first; `None` for a reader who may not see them.
    pub tokens: Option<Vec<TokenChip>>,
    /// When one of them was last used.
    pub last_used_at: Option<Timestamp>,
}

/// A token in a row.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct TokenChip {
    /// Its type's name.
    pub name: String,
    /// Name of an icon of the sprite.
    pub icon: String,
    /// What makes it stand out.
    pub mark: Option<Mark>,
}

/// What makes a token stand out in a row, most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Mark {
    /// An operator must unlock it.
    Locked,
    /// An operator switched it off.
    Disabled,
    /// Its type is to be replaced.
    Obsolete,
    /// It has expired.
    Expired,
}

/// One user at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Overview {
    /// Who.
    pub user: User,
    /// In the order of the Tokens tab; `None` for a reader who may not see them.
    pub tokens: Option<Vec<Token>>,
    /// What the reader may do.
    pub may: May,
    /// Why that person cannot sign in, not even after waiting; or `None`.
    pub no_sign_in: Option<NoSignIn>,
    /// Newest first.
    pub recent: Vec<Entry>,
}

/// A page of a user's activity.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Activity {
    /// Whose.
    pub user: User,
    /// The user's tokens, if the reader may look at them.
    pub tokens: Option<Vec<Token>>,
    /// What the reader may do.
    pub may: May,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where older ones begin.
    pub older: Option<(Timestamp, i64)>,
}
