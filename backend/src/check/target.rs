//! Whom a question is about: a known user, or the decoy that stands in for an unknown one.

use super::Subject;
use crate::Backend;
use crate::auth::{Actor, Caller};
use crate::error::{Error, Result};
use crate::fold;
use domain::{RealmId, Serial, TokenId, UserId, Username};
use uuid::Uuid;

/// A user whose turn may be awaited.
#[derive(Clone, Debug)]
pub struct Target {
    /// The user, or a decoy.
    pub user: UserId,
    /// Whether it is a decoy.
    pub unknown: bool,
    /// The one token that may answer.
    pub named: Option<TokenId>,
    /// For the audit of an unknown user: the name as asked.
    pub asked_username: Option<String>,
    /// For the audit of an unknown token: the serial as asked.
    pub asked_serial: Option<String>,
}

impl Backend {
    /// Finds the user of a question by an application. One statement finds user and decoy alike, so that
    /// an unknown user costs as much as a known one.
    pub(super) async fn target(&self, caller: &Caller, subject: &Subject) -> Result<Target> {
        let within: Vec<Uuid> = match &caller.actor {
            Actor::Client { realms, .. } => realms.iter().map(|realm| realm.0).collect(),
            _ => Vec::new(),
        };
        match subject {
            Subject::User { realm, username } => self.by_name(realm, username, &within).await,
            Subject::Serial(serial) => self.by_serial(serial, &within).await,
        }
    }

    async fn by_name(
        &self,
        realm: &Option<String>,
        username: &str,
        within: &[Uuid],
    ) -> Result<Target> {
        let username = Username::parse(username).ok();
        let key = fold::username_key(username.as_ref().map_or("", Username::as_str));
        let only = match (realm, within) {
            (None, [only]) => Some(*only),
            _ => None,
        };
        let realm = realm
            .as_deref()
            .filter(|realm| !realm.contains('\0'))
            .unwrap_or("");
        let decoy = self.decoy_key(&[realm.as_bytes(), key.as_bytes()]);
        let rows = sqlx::query!(
            r#"select user_id as "user_id!", realm_id as "realm_id!" from user_auth
               where realm_id = $1 and username_key = $2
               union all
               select user_id, realm_id from user_auth
               where realm_id = coalesce($3, (select id from realm where name = $4))
                 and realm_id = any($5) and username_key = $6"#,
            RealmId::DECOYS.0,
            decoy,
            only,
            realm,
            within,
            key,
        )
        .fetch_all(&self.db)
        .await?;
        let known = rows.iter().find(|row| row.realm_id != RealmId::DECOYS.0);
        let row = known.or(rows.first()).ok_or(Error::Stored("decoys"))?;
        Ok(Target {
            user: UserId(row.user_id),
            unknown: known.is_none(),
            named: None,
            asked_username: username.map(|name| name.as_str().to_owned()),
            asked_serial: None,
        })
    }

    async fn by_serial(&self, serial: &str, within: &[Uuid]) -> Result<Target> {
        let serial = Serial::parse(serial).map(String::from).unwrap_or_default();
        let decoy = self.decoy_key(&[serial.as_bytes()]);
        let rows = sqlx::query!(
            r#"select user_id as "user_id!", null::uuid as token_id from user_auth
               where realm_id = $1 and username_key = $2
               union all
               select user_id, id from token
               where serial = $3 and realm_id = any($4) and user_id is not null"#,
            RealmId::DECOYS.0,
            decoy,
            serial,
            within,
        )
        .fetch_all(&self.db)
        .await?;
        let known = rows.iter().find(|row| row.token_id.is_some());
        let row = known.or(rows.first()).ok_or(Error::Stored("decoys"))?;
        Ok(Target {
            user: UserId(row.user_id),
            unknown: known.is_none(),
            named: row.token_id.map(TokenId),
            asked_username: None,
            asked_serial: Some(serial).filter(|serial| !serial.is_empty()),
        })
    }

    /// One of 256. The same name gets the same decoy; without the key ring nobody can tell which.
    pub(crate) fn decoy_key(&self, parts: &[&[u8]]) -> String {
        let digest = self.keys.digest("decoy", &parts.join(&0));
        format!("decoy {}", digest.first().copied().unwrap_or(0))
    }
}
