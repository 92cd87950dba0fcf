//! Ids: UUIDs that cannot be taken for one another. Version 7, so that rows made together lie together.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Schema, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads an id as it stands in an address; `None` for anything but a UUID.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(/// A realm.
    RealmId);
id!(/// A user; an operator has the id of the operator's user.
    UserId);
id!(/// A phone number or an email address of a user.
    ContactId);
id!(/// A token.
    TokenId);
id!(/// A token type.
    TokenTypeId);
id!(/// An enrolment that waits for its proof.
    EnrolmentId);
id!(/// A role of operators.
    RoleId);
id!(/// A session of an operator.
    SessionId);
id!(/// A one-time link.
    LinkId);
id!(/// An API client.
    ClientId);

impl RealmId {
    /// The built-in realm of the people who work at the desk.
    pub const OPERATORS: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));
    /// The realm that no name reaches, where the decoys of unknown users stand.
    pub const DECOYS: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_00ff));
}
