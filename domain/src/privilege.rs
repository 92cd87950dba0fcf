//! The right to do one thing, and the roles that are built in.
#![deny(clippy::wildcard_enum_match_arm)]

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

macro_rules! privileges {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// The right to do one thing. Its word is stored in roles and shown in documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Schema, Serialize, Deserialize)]
        pub enum Privilege {
            $(#[doc = concat!("`", $word, "`")] $name),*
        }

        impl Privilege {
            /// All privileges.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

privileges! {
    UsersView = "users.view",
    TokensView = "tokens.view",
    ContactsView = "contacts.view",
    TokensTest = "tokens.test",
    TokensDisable = "tokens.disable",
    TokensEnable = "tokens.enable",
    TokensUnlock = "tokens.unlock",
    TokensReset = "tokens.reset",
    TokensEnrol = "tokens.enrol",
    TokensEdit = "tokens.edit",
    TokensReplace = "tokens.replace",
    HardwareView = "hardware.view",
    HardwareFindByCode = "hardware.find_by_code",
    DeliveryView = "delivery.view",
    TokensDelete = "tokens.delete",
    TokensEditAddress = "tokens.edit_address",
    TokensTemporaryCode = "tokens.temporary_code",
    UsersManage = "users.manage",
    HardwareAssign = "hardware.assign",
    HardwareImport = "hardware.import",
    HardwareCompromise = "hardware.compromise",
    TypesManage = "types.manage",
    DeliveryManage = "delivery.manage",
    ClientsManage = "clients.manage",
    OperatorsManage = "operators.manage",
    RealmsManage = "realms.manage",
    SettingsManage = "settings.manage",
    AuditView = "audit.view",
    AuditExport = "audit.export",
}

impl Privilege {
    /// The privilege of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|privilege| privilege.as_str() == word)
    }
}

/// A role that every installation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum BuiltInRole {
    /// Looks.
    Viewer,
    /// Looks after tokens while the person is on the phone.
    HelpDesk,
    /// Also hands out, deletes and edits.
    TokenOfficer,
    /// Everything but reading the audit in place of an auditor's role; may do both.
    Administrator,
    /// Reads everything, changes nothing.
    Auditor,
}

impl BuiltInRole {
    /// All built-in roles.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::HelpDesk,
        Self::TokenOfficer,
        Self::Administrator,
        Self::Auditor,
    ];

    /// Its key in the database and on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::HelpDesk => "help-desk",
            Self::TokenOfficer => "token-officer",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether it holds the privilege.
    pub const fn has(self, privilege: Privilege) -> bool {
        use Privilege as P;
        let viewer = matches!(self, Self::Viewer);
        let auditor = matches!(self, Self::Auditor);
        let officer = matches!(self, Self::TokenOfficer | Self::Administrator);
        let help_desk = officer || matches!(self, Self::HelpDesk);
        let administrator = matches!(self, Self::Administrator);
        match privilege {
            P::UsersView | P::TokensView => true,
            P::ContactsView => viewer || help_desk,
            P::TokensTest
            | P::TokensDisable
            | P::TokensEnable
            | P::TokensUnlock
            | P::TokensReset
            | P::TokensEnrol
            | P::TokensEdit
            | P::TokensReplace
            | P::HardwareFindByCode => help_desk,
            P::HardwareView | P::DeliveryView => help_desk || auditor,
            P::TokensDelete
            | P::TokensEditAddress
            | P::TokensTemporaryCode
            | P::UsersManage
            | P::HardwareAssign
            | P::HardwareImport
            | P::HardwareCompromise => officer,
            P::TypesManage
            | P::DeliveryManage
            | P::ClientsManage
            | P::OperatorsManage
            | P::RealmsManage
            | P::SettingsManage => administrator,
            P::AuditView | P::AuditExport => administrator || auditor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_privilege_survives_the_trip_through_its_word() {
        for privilege in Privilege::ALL {
            assert_eq!(Privilege::parse(privilege.as_str()), Some(*privilege));
        }
    }

    #[test]
    fn the_built_in_roles_hold_what_the_documentation_says() {
        let counts =
            BuiltInRole::ALL.map(|role| Privilege::ALL.iter().filter(|p| role.has(**p)).count());
        assert_eq!(counts, [3, 14, 21, 29, 6]);
        assert!(!BuiltInRole::Auditor.has(Privilege::ContactsView));
        assert!(!BuiltInRole::Auditor.has(Privilege::HardwareFindByCode));
        assert!(!BuiltInRole::HelpDesk.has(Privilege::TokensDelete));
    }
}
