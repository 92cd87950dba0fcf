//! A planted seed, code and password are carried through the real doors, and looked for everywhere
//! afterwards: in logs at trace level, in answers, and in every row of every table.

use backend::otp::codes;
use backend::seal::Seed;
use domain::{Algorithm, Digits};
use http::StatusCode;
use server::open;
use sqlx::PgPool;

use crate::browser::Browser;
use crate::demo::Answer;
use crate::desk::Desk;
use crate::planted::{Log, Planted};

const PASSWORD: &str = "planted horse & battery 7";
const PERIOD: u64 = 30;

/// The secret that an answer shows in groups of four, and the bytes behind it.
fn secret_in(answer: &Answer) -> (String, Vec<u8>) {
    let text = answer
        .body
        .split(['<', '>'])
        .map(str::trim)
        .find(|text| {
            text.len() >= 39
                && text
                    .split(' ')
                    .all(|group| group.len() == 4 && group.bytes().all(is_base32))
        })
        .unwrap_or_else(|| panic!("no secret is shown: {}", answer.body))
        .replace(' ', "");
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes() {
        let value = if letter >= b'A' {
            letter - b'A'
        } else {
            letter - b'2' + 26
        };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    (text, bytes)
}

fn is_base32(letter: u8) -> bool {
    letter.is_ascii_uppercase() || (b'2'..=b'7').contains(&letter)
}

fn code(seed: &[u8], counter: u64) -> String {
    let seed = Seed::new(seed.to_vec());
    codes(&seed, Algorithm::Sha1, Digits::Six, counter..=counter)
        .remove(0)
        .1
}

fn wrong(right: &str) -> String {
    let last = right.as_bytes()[5] - b'0';
    format!("{}{}", &right[..5], (last + 1) % 10)
}

/// All rows of all tables, as the database spells them.
async fn dump(db: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(db)
    .await
    .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut text = String::new();
    for table in tables {
        let sql = sqlx::AssertSqlSafe(format!("select t::text from {table} t"));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(db).await.unwrap();
        text.push_str(&rows.join("\n"));
    }
    text
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_was_typed_in_secret_is_found_nowhere(db: PgPool) {
    let log = Log::start();
    let mut planted = Planted::default();
    planted.word(PASSWORD);
    let desk = Desk::open(db).await;
    let mut browser = Browser::new(&desk);

    let caller = open::command_caller().unwrap();
    let link = backend::links::make_first(&desk.backend, &caller)
        .await
        .unwrap()
        .unwrap();
    let mut links = Planted::default();
    links.word(&link);
    let page = browser.open(&format!("/first/{link}")).await;
    assert_eq!(page.header("referrer-policy"), "strict-origin");
    let astray = browser.open(&format!("/first/{link}/then")).await;
    links.no_word_in(&astray.body, "another page");
    browser.at = format!("/first/{link}");
    let name = [
        ("name", "Jana Novak"),
        ("username", "j.novak"),
        ("password", PASSWORD),
    ];
    let shown = browser.submit(&page, &name).await;
    let (text, seed) = secret_in(&shown);
    planted.seed(&seed, &text);
    let step = u64::try_from(open::now().0).unwrap() / 1_000_000 / PERIOD;
    let right = code(&seed, step);
    planted.codes.extend([right.clone(), wrong(&right)]);
    browser.submit(&shown, &[("code", &wrong(&right))]).await;
    let users = browser.submit(&shown, &[("code", &right)]).await;
    assert_eq!(users.status, StatusCode::OK, "{}", users.body);
    let first_secret = 2;

    let mut again = Browser::new(&desk);
    let page = again.open("/sign-in").await;
    again
        .submit(
            &page,
            &[
                ("username", "j.novak"),
                ("password", &format!("{PASSWORD}x")),
            ],
        )
        .await;
    let page = again.open("/sign-in").await;
    let next = again
        .submit(&page, &[("username", "j.novak"), ("password", PASSWORD)])
        .await;
    again.submit(&next, &[("code", &right)]).await;

    let user = desk.user("default", "anna").await;
    let page = browser
        .open(&format!("/users/{user}/tokens/new/hotp-app"))
        .await;
    let second_secret = browser.seen.len();
    let shown = browser.submit(&page, &[("description", "Tablet")]).await;
    let (text, seed) = secret_in(&shown);
    planted.seed(&seed, &text);
    let codes: Vec<String> = (0..3).map(|counter| code(&seed, counter)).collect();
    planted.codes.extend(codes.clone());
    planted.codes.push(wrong(&codes[0]));
    let refused = browser.submit(&shown, &[("code", &wrong(&codes[0]))]).await;
    let added = browser.submit(&refused, &[("code", &codes[0])]).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    let serial: String = sqlx::query_scalar("select serial from token where user_id = $1")
        .bind(user)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    let page = browser
        .open(&format!("/users/{user}/tokens/{serial}/test"))
        .await;
    let tested = browser.submit(&page, &[("code", &codes[1])]).await;
    assert!(tested.body.contains("The token works"), "{}", tested.body);

    let key = desk.client("wiki", &["default"]).await;
    planted.word(&key);
    for (id, code) in [(1, &wrong(&codes[0])), (2, &codes[2]), (2, &codes[2])] {
        let body = format!(
            r#"{{"username": "anna", "code": "{code}",
                "request_id": "00000000-0000-4000-8000-00000000000{id}"}}"#
        );
        let answer = desk.verify(&key, &body).await;
        let right = *code == codes[2];
        assert_eq!(answer.body, format!(r#"{{"result":{right}}}"#));
        let seen = format!("{:?}\n{}", answer.headers, answer.body);
        planted.nowhere_in(&seen, "an answer to an application");
    }
    let bad = format!(r#"{{"username": "anna", "code": {}}}"#, codes[2]);
    let refused = desk.verify(&key, &bad).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    planted.nowhere_in(&refused.body, "a refusal to an application");

    let reset = backend::operators::reset(&desk.backend, &caller, "j.novak").await;
    let reset = reset.unwrap();
    links.word(&reset);
    let page = browser.open(&format!("/operator-reset/{reset}")).await;
    assert!(page.body.contains("New password and app"), "{}", page.body);

    for answer in browser.seen.iter().chain(&again.seen) {
        let headers = answer.lines().next().unwrap_or_default();
        links.no_word_in(headers, "headers");
    }
    for (at, answer) in browser.seen.iter().chain(&again.seen).enumerate() {
        if at == first_secret || at == second_secret {
            planted.no_word_in(answer, "the answer that shows the secret");
        } else {
            planted.nowhere_in(answer, "another answer");
        }
    }
    let log = log.text();
    assert!(
        log.contains("token_auth"),
        "the log holds no statement: it was not listened to"
    );
    planted.nowhere_in(&log, "the log");
    links.no_word_in(&log, "the log");
    let dump = dump(&desk.db).await;
    planted.nowhere_in(&dump, "the database");
    links.no_word_in(&dump, "the database");
}
