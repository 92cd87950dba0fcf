//! What a batch asks by, column by column.

use crate::auth::Actor;
use crate::check::asked::{Entry, Realm, Whom};
use crate::check::batch::requests::key_of;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct Columns<'a> {
    pub user: Vec<Option<Uuid>>,
    pub realm_id: Vec<Option<Uuid>>,
    pub realm: Vec<Option<&'a str>>,
    pub within: Vec<Option<String>>,
    pub key: Vec<Option<&'a str>>,
    pub decoy: Vec<Option<String>>,
    pub asked_by: Vec<Option<Uuid>>,
    pub request: Vec<Option<Uuid>>,
    /// Whose keys are looked at again.
    pub clients: Vec<Uuid>,
}

impl<'a> Columns<'a> {
    pub fn of(entries: &[&'a Entry]) -> Self {
        let mut columns = Self::default();
        for entry in entries {
            columns.push(entry);
        }
        columns
    }

    fn push(&mut self, entry: &'a Entry) {
        let asked = &entry.asked;
        let (mut user, mut realm_id, mut realm, mut key) = (None, None, None, None);
        match &asked.whom {
            // a row that is looked for in vain costs as one that is found
            Whom::Nobody => user = Some(Uuid::nil()),
            Whom::User(id) => user = Some(id.0),
            Whom::Name {
                realm: at,
                key: name,
            } => {
                key = Some(name.as_str());
                match at {
                    Realm::Only(id) => realm_id = Some(*id),
                    Realm::Named(name) => realm = Some(name.as_str()),
                }
            }
        }
        let within = realm.map(|_| within(&asked.caller.actor));
        self.user.push(user);
        self.realm_id.push(realm_id);
        self.realm.push(realm);
        self.within.push(within);
        self.key.push(key);
        self.decoy.push(entry.decoy());
        let request = key_of(&asked.caller);
        self.asked_by.push(request.map(|key| key.0));
        self.request.push(request.map(|key| key.1));
        if let Actor::Client {
            id, key: Some(_), ..
        } = &asked.caller.actor
            && !self.clients.contains(&id.0)
        {
            self.clients.push(id.0);
        }
    }
}

/// The application's realms, as an array's text.
fn within(actor: &Actor) -> String {
    let realms: Vec<String> = match actor {
        Actor::Client { realms, .. } => realms.iter().map(|realm| realm.0.to_string()).collect(),
        Actor::Nobody | Actor::Operator { .. } | Actor::System(_) | Actor::Command => Vec::new(),
    };
    format!("{{{}}}", realms.join(","))
}
