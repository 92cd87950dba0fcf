//! A desk on a real database: the console's own doors, operators behind them, and users of two realms.

mod operators;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::request::NewId;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use backend::Backend;
use backend::seal::{self, KeyRing};
use domain::Name;
use http::{Method, Request};
use leptos::prelude::{LeptosOptions, provide_context};
use server::api::{Api, routes};
use server::config::Proxies;
use server::open;
use server::router::{Doors, build};
use sqlx::PgPool;
use tokio::time::timeout;
use tower::ServiceExt;
use uuid::Uuid;

use crate::demo::{ALL_PAGES, Answer, PUBLIC_URL, read};

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// The session's cookie on https.
const COOKIE: &str = "__Host-tokendesk";

/// Everything behind the doors, and the doors.
pub struct Desk {
    pub db: PgPool,
    pub backend: Backend,
    router: Router,
}

/// Who asks, by cookie; empty for a stranger.
#[derive(Clone, Debug, Default)]
pub struct Visitor(pub String);

impl Desk {
    pub async fn open(db: PgPool) -> Self {
        Self::behind(db, Proxies::default()).await
    }

    /// One that believes these proxies.
    pub async fn behind(db: PgPool, trusted_proxies: Proxies) -> Self {
        let keys = KeyRing::generate().unwrap();
        seal::open(&db, &keys, open::now()).await.unwrap();
        let backend = Backend::new(db.clone(), keys, jiff::tz::TimeZone::UTC);
        let shared = backend.clone();
        let leptos = LeptosOptions::builder()
            .output_name("tokendesk")
            .site_root("target/none")
            .build();
        let doors = Doors {
            leptos,
            public_url: PUBLIC_URL.into(),
            trusted_proxies: trusted_proxies.clone(),
            now: open::clock,
            new_id: NewId(open::new_id),
            provide: Arc::new(move || provide_context(shared.clone())),
        };
        let api = routes(Api {
            backend: backend.clone(),
            trusted_proxies,
            now: open::clock,
        });
        let router = build(doors, &ALL_PAGES.0, api);
        Self {
            db,
            backend,
            router,
        }
    }

    /// A realm beside the first one.
    pub async fn realm(&self, name: &str) -> Uuid {
        let sql = "insert into realm (id, name, display_name, created_at)
                   values (gen_random_uuid(), $1, $1, now()) returning id";
        sqlx::query_scalar(sql)
            .bind(name)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    /// A user of a realm.
    pub async fn user(&self, realm: &str, username: &str) -> Uuid {
        let sql = "with facts as (
                       insert into user_auth (user_id, realm_id, username_key)
                       select gen_random_uuid(), id, $2 from realm where name = $1
                       returning user_id, realm_id)
                   insert into app_user (id, realm_id, username, family_name, sort_name, search,
                       created_at, updated_at)
                   select user_id, realm_id, $2, $2, $2, $2, now(), now() from facts
                   returning id";
        sqlx::query_scalar(sql)
            .bind(realm)
            .bind(username)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    /// A counting token that nobody holds.
    pub async fn token(&self, user: Uuid, serial: &str) {
        let sql = "with given as (insert into serial_given (serial) values ($2) returning serial),
                   facts as (
                       insert into token_auth (token_id, user_id, type_id, kind, algorithm,
                           digits, period)
                       select gen_random_uuid(), $1, id, kind, 'SHA1', 6, 30 from token_type
                       where kind = 'hotp' returning token_id)
                   insert into token (id, realm_id, user_id, serial, created_at, created_by,
                       updated_at)
                   select token_id, u.realm_id, u.id, given.serial, now(), 'test', now()
                   from facts, given, app_user u where u.id = $1";
        sqlx::query(sql)
            .bind(user)
            .bind(serial)
            .execute(&self.db)
            .await
            .unwrap();
    }

    /// The name of the session's cookie.
    pub fn cookie(&self) -> &'static str {
        COOKIE
    }

    /// All that deeds change, as text: equal before and after what was refused.
    pub async fn all_rows(&self) -> String {
        let mut all = String::new();
        for rows in [
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from app_user t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from user_auth t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from contact t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from token t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from token_auth t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from enrolment t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from token_type t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from token_type_name t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from operator t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from operator_role t",
            "select coalesce(string_agg(t::text, ' ' order by t::text), '') from serial_given t",
        ] {
            let rows: String = sqlx::query_scalar(rows).fetch_one(&self.db).await.unwrap();
            all += &rows;
            all.push('\n');
        }
        all
    }

    /// One request with headers of the test's choice.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        visitor: &Visitor,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let cookie = [("cookie", visitor.0.as_str())];
        let cookie = if visitor.0.is_empty() {
            &[]
        } else {
            &cookie[..]
        };
        let headers = [&form, cookie, headers].concat();
        self.send(method, path, &headers, body).await
    }

    /// A request of these headers only.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = async { read(self.router.clone().oneshot(request).await.unwrap()).await };
        let answer = timeout(PATIENCE, answer).await;
        answer.unwrap_or_else(|_| panic!("{path} does not answer"))
    }

    /// An application of these realms; gives its key.
    pub async fn client(&self, name: &str, realms: &[&str]) -> String {
        let realms: Vec<String> = realms.iter().map(|realm| (*realm).to_owned()).collect();
        let (caller, name) = (open::command_caller().unwrap(), Name::parse(name).unwrap());
        backend::clients::create(&self.backend, &caller, &name, &realms)
            .await
            .unwrap()
    }

    /// What an application with this key is told.
    pub async fn verify(&self, key: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {key}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
        ];
        self.send(Method::POST, "/api/v1/verify", &headers, body)
            .await
    }

    /// A page.
    pub async fn get(&self, path: &str, visitor: &Visitor) -> Answer {
        self.ask(Method::GET, path, visitor, &[], "").await
    }

    /// A form or call of our own pages.
    pub async fn post(&self, path: &str, visitor: &Visitor, body: &str) -> Answer {
        let own = [("sec-fetch-site", "same-origin")];
        self.ask(Method::POST, path, visitor, &own, body).await
    }
}
