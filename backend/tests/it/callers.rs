//! Who asks at the desk: applications and operators.

use crate::desk::{Desk, NOW};
use backend::auth::{Grant, Request};
use backend::{Actor, Caller, Via};
use domain::{Agent, BuiltInRole, ClientId, Privilege, RealmId, SessionId, Timestamp, UserId};
use uuid::Uuid;

impl Desk {
    /// An application of the realm `default`, at this instant.
    pub async fn client(&self, now: Timestamp) -> Caller {
        let actor = Actor::Client {
            id: ClientId(Uuid::from_u128(42)),
            name: "wiki".into(),
            realms: vec![RealmId(self.realm_id().await)],
            key: None,
        };
        Caller {
            actor,
            via: Via::Api,
            address: None,
            client_address: None,
            agent: Agent::default(),
            trace: Uuid::nil(),
            now,
            request: None,
        }
    }

    /// An operator who may do this in the realm `default`.
    pub async fn operator(&self, privilege: Privilege, now: Timestamp) -> Caller {
        let grant = Grant {
            role: "Test".into(),
            privileges: [privilege].into(),
            realms: vec![RealmId(self.realm_id().await)],
        };
        let actor = Actor::Operator {
            id: UserId(Uuid::from_u128(43)),
            name: "Mara".into(),
            session: SessionId(Uuid::from_u128(44)),
            grants: vec![grant],
        };
        Caller {
            actor,
            via: Via::Console,
            ..self.client(now).await
        }
    }

    /// An operator of a built-in role in the realm `default`, as one request of a form if `request` says so.
    pub async fn of_role(&self, role: BuiltInRole, request: Option<Request>) -> Caller {
        let mut caller = self.operator(Privilege::TokensView, NOW).await;
        if let Actor::Operator { grants, .. } = &mut caller.actor {
            let held = Privilege::ALL.iter().copied();
            grants[0].privileges = held.filter(|it| role.has(*it)).collect();
        }
        Caller { request, ..caller }
    }
}
