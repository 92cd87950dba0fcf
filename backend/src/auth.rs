//! Who asks, and whether they may. Denied by default, decided here and nowhere else, below every door.

pub mod password;

use crate::Backend;
use crate::audit::{self, Row};
use crate::error::{Error, Result};
use domain::audit::{Deed, Outcome};
use domain::{Agent, ClientId, Privilege, RealmId, SessionId, Timestamp, UserId};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody yet: sign-in and one-time links.
    Nobody,
    /// An operator with a whole session.
    Operator {
        /// The operator's user.
        id: UserId,
        /// For the audit.
        name: String,
        /// The session that asks.
        session: SessionId,
        /// What the operator's roles allow, and where.
        grants: Vec<Grant>,
    },
    /// An application.
    Client {
        /// Its id.
        id: ClientId,
        /// For the audit.
        name: String,
        /// Where it may verify.
        realms: Vec<RealmId>,
        /// Its key's hash, its name and its realms, as they were when the key was looked up: a check compares
        /// them again. `None` where no key was shown.
        key: Option<Arc<[u8]>>,
    },
    /// A job of the service.
    System(&'static str),
    /// Somebody at the host's command line.
    Command,
}

/// One role of an operator: what it allows, and where. Realms are named one by one; a role given for all
/// realms was resolved when the session was read, and never holds the realm `operators`.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The role's name, for people.
    pub role: String,
    /// What it allows.
    pub privileges: BTreeSet<Privilege>,
    /// Where.
    pub realms: Vec<RealmId>,
}

/// Through which door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The console's pages.
    Console,
    /// The REST API.
    Api,
    /// A job.
    Job,
    /// The command line.
    Command,
}

/// A form's or application's own name for one request, and what it asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Random, chosen by the asker.
    pub id: Uuid,
    /// All that was asked, in one canonical spelling; only a keyed digest of it is kept.
    pub content: Vec<u8>,
}

/// Who asks, from where, when, and as which request. Made at the door.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// Through which door.
    pub via: Via,
    /// From where; a forwarded address only from a trusted proxy.
    pub address: Option<IpAddr>,
    /// From where, as an application says of its own client. Only for the audit: anybody can say anything.
    pub client_address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: Agent,
    /// Stands on every response, log line and audit row of this request.
    pub trace: Uuid,
    /// Read once at the door.
    pub now: Timestamp,
    /// Set for forms and for callers that repeat.
    pub request: Option<Request>,
}

impl Caller {
    /// The asker's name, as it stands in the audit.
    pub fn actor_name(&self) -> &str {
        match &self.actor {
            Actor::Nobody => "",
            Actor::Operator { name, .. } | Actor::Client { name, .. } => name,
            Actor::System(name) => name,
            Actor::Command => "command line",
        }
    }

    /// Whose `request_id` this is: the session's or the API client's.
    pub fn asked_by(&self) -> Option<Uuid> {
        match &self.actor {
            Actor::Operator { session, .. } => Some(session.0),
            Actor::Client { id, .. } => Some(id.0),
            Actor::Nobody | Actor::System(_) | Actor::Command => None,
        }
    }
}

/// The right to do one thing in some realms. Can only be had from [`Backend::may`], or for one's own
/// account from [`Permit::own_account`].
#[derive(Clone, Debug)]
pub struct Permit {
    privilege: Option<Privilege>,
    realms: Vec<Uuid>,
}

impl Permit {
    /// For signing in, one-time links and one's own password and apps: the realm `operators` only. The
    /// caller's own user is all that such a deed may touch.
    pub fn own_account() -> Self {
        Self {
            privilege: None,
            realms: vec![RealmId::OPERATORS.0],
        }
    }

    /// Where it holds. Every query that finds something filters by it: `realm_id = any($1)`.
    pub fn realms(&self) -> &[Uuid] {
        &self.realms
    }

    /// What it is for; `None` for one's own account.
    pub fn privilege(&self) -> Option<Privilege> {
        self.privilege
    }
}

impl Actor {
    /// The realms in which the actor holds the privilege; `None` when nowhere.
    fn realms_for(&self, privilege: Privilege) -> Option<Vec<Uuid>> {
        match self {
            Self::Operator { grants, .. } => {
                let held: Vec<&Grant> = grants
                    .iter()
                    .filter(|grant| grant.privileges.contains(&privilege))
                    .collect();
                let realms: BTreeSet<Uuid> = held
                    .iter()
                    .flat_map(|grant| &grant.realms)
                    .map(|realm| realm.0)
                    .collect();
                (!held.is_empty()).then(|| realms.into_iter().collect())
            }
            Self::Nobody | Self::Client { .. } | Self::System(_) | Self::Command => None,
        }
    }

    /// Whether the asker is this user. Operators look after their own factors on their account page, with
    /// password and code, and never on a Tokens tab.
    pub fn is(&self, user: UserId) -> bool {
        matches!(self, Self::Operator { id, .. } if *id == user)
    }

    /// Whether the operator holds the privilege in any realm. For leaving things out of pages.
    pub fn holds_anywhere(&self, privilege: Privilege) -> bool {
        self.realms_for(privilege)
            .is_some_and(|realms| !realms.is_empty())
    }

    /// Whether the operator holds the privilege in this realm. For leaving things out of pages; deeds
    /// ask [`Backend::may`].
    pub fn holds(&self, privilege: Privilege, realm: RealmId) -> bool {
        self.realms_for(privilege)
            .is_some_and(|realms| realms.contains(&realm.0))
    }
}

impl Backend {
    /// The permit for a deed on this user's factors; `NotFound` where they are the caller's own. Either
    /// refusal writes its own audit row.
    pub async fn may_for(
        &self,
        caller: &Caller,
        privilege: Privilege,
        user: UserId,
    ) -> Result<Permit> {
        let about = Row {
            user: Some(user),
            ..Row::new(Deed::Refuse, Outcome::Refused)
        };
        let permit = self.permit(caller, privilege, &about).await?;
        if !caller.actor.is(user) {
            return Ok(permit);
        }
        let row = Row {
            object_kind: Some("privilege"),
            object_name: Some(privilege.as_str().to_owned()),
            reason: Some("own account".to_owned()),
            ..about
        };
        self.refuse(caller, &row).await?;
        Err(Error::NotFound)
    }

    /// The permit, or the refusal, which writes its own audit row.
    pub async fn may(&self, caller: &Caller, privilege: Privilege) -> Result<Permit> {
        let about = Row::new(Deed::Refuse, Outcome::Refused);
        self.permit(caller, privilege, &about).await
    }

    async fn permit(&self, caller: &Caller, privilege: Privilege, about: &Row) -> Result<Permit> {
        match &caller.actor {
            Actor::Nobody => return Err(Error::NotSignedIn),
            Actor::System(_) | Actor::Command => {
                let realms = sqlx::query_scalar!("select id from realm")
                    .fetch_all(&self.db)
                    .await?;
                return Ok(Permit {
                    privilege: Some(privilege),
                    realms,
                });
            }
            Actor::Operator { .. } | Actor::Client { .. } => {}
        }
        if let Some(realms) = caller.actor.realms_for(privilege) {
            return Ok(Permit {
                privilege: Some(privilege),
                realms,
            });
        }
        let row = Row {
            reason: Some(privilege.as_str().to_owned()),
            ..about.clone()
        };
        self.refuse(caller, &row).await?;
        Err(Error::Forbidden(privilege))
    }

    /// Writes the audit row of what was refused before anything was changed.
    pub(crate) async fn refuse(&self, caller: &Caller, row: &Row) -> Result<()> {
        let mut tx = self.db.begin().await?;
        audit::write(&mut tx, caller, row).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(grants: Vec<Grant>) -> Actor {
        let (id, session) = (UserId(Uuid::nil()), SessionId(Uuid::nil()));
        Actor::Operator {
            id,
            name: "Mara".into(),
            session,
            grants,
        }
    }

    #[test]
    fn a_permit_holds_only_where_a_role_with_that_privilege_was_given() {
        let [a, b] = [1, 2].map(|n| RealmId(Uuid::from_u128(n)));
        let grant = |privilege, realm| Grant {
            role: "Support".into(),
            privileges: BTreeSet::from([privilege]),
            realms: vec![realm],
        };
        let actor = operator(vec![
            grant(Privilege::TokensTest, a),
            grant(Privilege::TokensDelete, b),
        ]);
        assert!(actor.holds(Privilege::TokensTest, a));
        assert!(!actor.holds(Privilege::TokensTest, b));
        assert!(!actor.holds(Privilege::TokensDelete, a));
        assert!(!actor.holds(Privilege::TokensEdit, a));
        assert!(!Actor::Nobody.holds(Privilege::UsersView, a));
    }
}
