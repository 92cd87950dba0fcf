//! One code, one use: on every path, and in every shape that somebody may give it.

use crate::desk::{Desk, NOW, STEP, accepted, refused};
use crate::operator::{Works, after, nobody};
use backend::check::{self, Purpose, Subject, Tested};
use backend::sign_in::{self, Step1, Step2};
use backend::tokens::disable::{Disable, disable};
use backend::{Error, check::Checked};
use domain::check::Refusal;
use domain::{Code, Kind, Privilege, Reason};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn what_one_path_accepted_is_spent_on_all(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let code = device.code(STEP);
    let subjects = [
        Subject::User {
            realm: None,
            username: "anna".into(),
        },
        Subject::Serial(device.serial.as_str().into()),
    ];
    assert_eq!(
        desk.test(&anna, &device, &code).await.unwrap(),
        Tested::Worked
    );
    let mut spent = 0;
    for purpose in [Purpose::Verification, Purpose::Approval] {
        for subject in &subjects {
            let client = desk.client(NOW).await;
            let again = check::verify(&desk.backend, &client, subject, &code, purpose);
            assert_eq!(
                again.await.unwrap(),
                refused(Refusal::CodeUsed),
                "{subject:?}"
            );
            spent += 1;
        }
    }
    assert_eq!(desk.failures(&anna).await, spent, "and each counts");
    let typed = format!(" {}-{}\u{a0}", &code[..3], &code[3..]);
    let tested = desk.test(&anna, &device, &typed).await.unwrap();
    let used = matches!(
        &tested,
        Tested::Refused {
            refusal: Refusal::CodeUsed,
            ..
        }
    );
    assert!(used, "{tested:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_code_that_signed_in_is_spent_for_the_next_sign_in_however_it_is_typed(db: PgPool) {
    let works = Works::new(&db).await;
    let now = after(NOW, 30);
    let code = works.code(STEP + 1);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    for (n, typed) in [code.clone(), code.clone(), spaced, format!("{code}\n")]
        .iter()
        .enumerate()
    {
        let Step1::Code { secret } = works.password("correct horse battery", now).await else {
            panic!("a right password");
        };
        let step2 = sign_in::code(&works.backend, &nobody(now), &secret, typed).await;
        let signed_in = matches!(step2, Ok(Step2::SignedIn { .. }));
        assert_eq!(signed_in, n == 0, "{n}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn what_is_no_code_is_a_wrong_one_and_counts(db: PgPool) {
    let desk = Desk::new(&db);
    let shapes = [
        "0",
        "1",
        "00000",
        "000000 ",
        "\u{feff}000000",
        "0000000",
        "00000000",
        "000000000",
        "-00001",
        "+00001",
        "0x0000",
        "1e0005",
        "00.000",
        "١٢٣٤٥٦",
        "１２３４５６",
        "●●●●●●",
        "𝟙𝟚𝟛𝟜𝟝𝟞",
        "null",
        "true",
        "%%%%%%",
        "______",
        "' or 1=1",
    ];
    let long = "0".repeat(10_000);
    for (n, shape) in shapes.into_iter().chain([long.as_str()]).enumerate() {
        let name = format!("user{n}");
        let person = desk.person(&name).await;
        desk.token(&person, Kind::Hotp).await;
        let checked = desk.verify(&name, shape).await.unwrap();
        assert_eq!(checked, refused(Refusal::WrongCode), "{shape:?}");
        assert_eq!(desk.failures(&person).await, 1, "{shape:?}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_right_code_with_anything_about_it_is_another_code(db: PgPool) {
    let desk = Desk::new(&db);
    let around = [
        " ", "\t", "\r\n", "\u{a0}", "\u{200b}", "\u{2009}", "\u{202e}", "\0",
    ];
    for (n, extra) in around.into_iter().enumerate() {
        let name = format!("user{n}");
        let person = desk.person(&name).await;
        let device = desk.token(&person, Kind::Totp).await;
        let code = device.code(STEP);
        let (head, tail) = code.split_at(3);
        for spelling in [
            format!("{code}{extra}"),
            format!("{extra}{code}"),
            format!("{head}{extra}{tail}"),
        ] {
            let checked = desk.verify(&name, &spelling).await.unwrap();
            assert_eq!(checked, refused(Refusal::WrongCode), "{spelling:?}");
        }
        assert!(
            accepted(&desk.verify(&name, &code).await.unwrap()),
            "none had spent it"
        );
        let after = desk.verify(&name, &format!("{code}{extra}")).await.unwrap();
        assert!(!accepted(&after), "nor is it new after");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_pattern_is_no_serial(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    sqlx::query("insert into serial_given values ('AB1')")
        .execute(&db)
        .await
        .unwrap();
    desk.set(
        "update token set serial = 'AB1' where id = $1",
        device.token.0,
    )
    .await;
    let ask = async |serial: &str| {
        let client = desk.client(NOW).await;
        let subject = Subject::Serial(serial.into());
        let code = device.code(STEP);
        let asked = check::verify(
            &desk.backend,
            &client,
            &subject,
            &code,
            Purpose::Verification,
        );
        asked.await.unwrap()
    };
    for pattern in [
        "A_1",
        "A%1",
        "%",
        "AB_",
        "A*1",
        "A?1",
        ".*",
        "AB1' or 'a'='a",
        "AB1\\",
    ] {
        assert_eq!(ask(pattern).await, refused(Refusal::Unknown), "{pattern}");
    }
    assert_eq!(desk.failures(&anna).await, 0);
    assert!(matches!(ask("ab1").await, Checked::Accepted { .. }));
}

#[sqlx::test(migrations = "./migrations")]
async fn no_deed_without_its_audit_row(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let full = "create function full_audit() returns trigger language plpgsql
                    as 'begin raise exception ''audit is full''; end';
                create trigger full_audit before insert on audit
                    for each row execute function full_audit()";
    sqlx::raw_sql(full).execute(&db).await.unwrap();
    let caller = desk.operator(Privilege::TokensDisable, NOW).await;
    let asked = Disable {
        reason: Reason::default(),
        until: None,
        confirmed_last: true,
    };
    let switched = disable(&desk.backend, &caller, anna.id, &device.serial, &asked).await;
    assert!(matches!(switched, Err(Error::Db(_))), "{switched:?}");
    let off = "select count(disabled_at) from token_auth where token_id = $1";
    assert_eq!(desk.number(off, device.token.0).await, 0);
    let code = Code::parse(&device.code(STEP)).unwrap();
    let tester = desk.operator(Privilege::TokensTest, NOW).await;
    let tested = check::test(&desk.backend, &tester, anna.id, &device.serial, &code).await;
    assert!(matches!(tested, Err(Error::Db(_))), "{tested:?}");
    // a refusal is no deed, and does not get in either
    let viewer = desk.operator(Privilege::TokensView, NOW).await;
    let refused = disable(&desk.backend, &viewer, anna.id, &device.serial, &asked).await;
    assert!(refused.is_err(), "{refused:?}");
}
