//! Tokendesk's words and rules, as plain types and pure functions: no I/O, no clock, no SQL, and no
//! words for people (those stand in `app::text`). Read the modules in this order.

pub mod account;
pub mod action;
pub mod activity;
pub mod audit;
pub mod check;
pub mod code;
pub mod contact;
pub mod enrolment;
pub mod history;
pub mod id;
pub mod kind;
pub mod line;
pub mod listing;
pub mod moment;
pub mod page;
pub mod password;
pub mod people;
pub mod privilege;
pub mod serial;
pub mod tab;
pub mod timestamp;
pub mod token;
pub mod token_type;
pub mod tries;
pub mod type_settings;
pub mod user;

pub use action::{Action, Blocked, Offer};
pub use code::{Algorithm, Code, Digits};
pub use id::{ClientId, ContactId, EnrolmentId, LinkId, RealmId, RoleId, SessionId, TokenId};
pub use id::{TokenTypeId, UserId};
pub use kind::{Kind, Moves};
pub use line::{Agent, BadLine, Description, Line, Name, Reason};
pub use password::BadPassword;
pub use privilege::{BuiltInRole, Privilege};
pub use serial::Serial;
pub use timestamp::Timestamp;
pub use token::{Hint, Status, Token};
pub use tries::{Limit, Tries, TryState};
pub use user::{Contact, ContactKind, User, Username};
