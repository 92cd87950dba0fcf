use super::*;
use crate::token::{Disabled, NoSignIn, no_sign_in};
use crate::token_type::{DescriptionRule, Obsolete, TokenType};
use crate::{Algorithm, Digits, RealmId, Serial, TokenId, TokenTypeId, Tries, UserId};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_000);
const LATER: Timestamp = Timestamp::from_seconds(2_000);
const BEFORE: Timestamp = Timestamp::from_seconds(500);

fn user() -> User {
    User {
        id: UserId(Uuid::nil()),
        realm: RealmId(Uuid::nil()),
        realm_name: String::new(),
        username: "a.keller".to_owned(),
        given_name: String::new(),
        family_name: String::new(),
        department: String::new(),
        contacts: Vec::new(),
        tries: Tries::default(),
        disabled_at: None,
    }
}

pub(crate) fn token(kind: Kind) -> Token {
    let token_type = TokenType {
        id: TokenTypeId(Uuid::nil()),
        slug: "app".to_owned(),
        kind,
        name: "App".to_owned(),
        help: String::new(),
        icon: "smartphone".to_owned(),
        algorithm: Algorithm::Sha1,
        digits: Digits::Six,
        period: 30,
        maximum: None,
        validity_days: None,
        notice_days: 14,
        enrollable: true,
        description: DescriptionRule::Optional,
        denied: Vec::new(),
        obsolete: None,
    };
    Token {
        id: TokenId(Uuid::nil()),
        serial: Serial::ours("TOTP", [0; 8]),
        token_type,
        description: String::new(),
        tries: Tries::default(),
        disabled: None,
        expires_at: None,
        last_used_at: None,
        updated_at: BEFORE,
        created_at: BEFORE,
        created_by: "Reto Graf".to_owned(),
        counter: 0,
        drift: 0,
        version: 1,
    }
}

fn waiting(mut token: Token) -> Token {
    token.tries = Tries {
        failures: 5,
        retry_at: Some(LATER),
    };
    token
}

fn locked(mut token: Token) -> Token {
    token.tries = Tries {
        failures: 50,
        retry_at: Some(LATER),
    };
    token
}

fn expired(mut token: Token) -> Token {
    token.expires_at = Some(BEFORE);
    token
}

fn disabled(mut token: Token) -> Token {
    let by = "Mara Vogt".to_owned();
    token.disabled = Some(Disabled {
        at: BEFORE,
        until: None,
        by,
        reason: String::new(),
    });
    token
}

fn obsolete(mut token: Token, grace_until: Timestamp) -> Token {
    let grace_until = Some(grace_until);
    let followed_by = Some("New app".to_owned());
    token.token_type.obsolete = Some(Obsolete {
        since: BEFORE,
        followed_by,
        grace_until,
    });
    token
}

/// The menu as words: an action, and after a colon why not now.
fn menu(token: &Token, user: &User) -> String {
    let offers = Action::ALL
        .into_iter()
        .filter_map(|action| offer(action, token, user, NOW));
    let words = offers.map(|offer| {
        let action = offer.action.as_str();
        match offer.blocked {
            None => action.to_owned(),
            Some(Blocked::Waits(_)) => format!("{action}:waits"),
            Some(Blocked::Locked) => format!("{action}:locked"),
            Some(Blocked::Expired(_)) => format!("{action}:expired"),
            Some(Blocked::Disabled) => format!("{action}:enable-first"),
            Some(Blocked::ReplaceInstead) => format!("{action}:replace-instead"),
            Some(Blocked::TypeObsolete) => format!("{action}:obsolete"),
            Some(Blocked::NothingFollows) => format!("{action}:nothing-follows"),
            Some(Blocked::UserWaits(_)) => format!("{action}:user-waits"),
            Some(Blocked::UserLocked) => format!("{action}:user-locked"),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_state_has_its_menu() {
    let app = || token(Kind::Totp);
    let rows = [
        (app(), "view edit test disable reset delete"),
        (
            waiting(app()),
            "view edit test:waits disable unlock unlock-and-reset reset:waits delete",
        ),
        (
            locked(app()),
            "view edit test:locked disable unlock unlock-and-reset reset:locked delete",
        ),
        (
            expired(app()),
            "view edit test:expired disable reset:expired delete",
        ),
        (
            disabled(app()),
            "view edit test:enable-first enable reset:enable-first delete",
        ),
        (
            disabled(obsolete(app(), LATER)),
            "view edit:replace-instead test:replace-instead enable reset:replace-instead \
             replace delete",
        ),
        (
            disabled(obsolete(app(), BEFORE)),
            "view edit:replace-instead test:replace-instead enable:obsolete \
             reset:replace-instead replace delete",
        ),
        (
            obsolete(app(), LATER),
            "view edit:replace-instead test:replace-instead disable reset:replace-instead \
             replace delete",
        ),
        (
            obsolete(locked(app()), LATER),
            "view edit:replace-instead test:replace-instead disable unlock:replace-instead \
             reset:replace-instead replace delete",
        ),
    ];
    for (token, expected) in rows {
        assert_eq!(menu(&token, &user()), expected);
    }
}

#[test]
fn where_no_type_follows_there_is_nothing_to_replace_with() {
    let mut token = obsolete(token(Kind::Totp), LATER);
    if let Some(obsolete) = &mut token.token_type.obsolete {
        obsolete.followed_by = None;
    }
    assert_eq!(
        menu(&token, &user()),
        "view edit:replace-instead test:replace-instead disable reset:replace-instead \
         replace:nothing-follows delete"
    );
}

#[test]
fn what_moves_by_a_clock_or_a_counter_can_be_reset_and_nothing_else() {
    for kind in Kind::ALL {
        let reset = kind.moves().map_or("", |_| "reset ");
        let expected = format!("view edit test disable {reset}delete");
        assert_eq!(menu(&token(kind), &user()), expected, "{kind:?}");
    }
}

#[test]
fn a_type_takes_actions_away() {
    let mut token = token(Kind::Totp);
    token.token_type.denied = vec![Action::Test, Action::Edit];
    assert_eq!(menu(&token, &user()), "view disable reset delete");
}

#[test]
fn an_expired_token_is_unlocked_but_not_brought_back_in_step() {
    let app = expired(locked(token(Kind::Hotp)));
    assert_eq!(
        menu(&app, &user()),
        "view edit test:locked disable unlock unlock-and-reset:expired reset:locked delete"
    );
}

#[test]
fn unlocking_and_resetting_takes_the_privileges_of_both() {
    assert_eq!(
        Action::UnlockAndReset.privileges(),
        [Privilege::TokensUnlock, Privilege::TokensReset]
    );
}

#[test]
fn a_type_without_a_description_leaves_nothing_to_edit() {
    let mut token = token(Kind::Totp);
    token.token_type.description = DescriptionRule::Hidden;
    assert_eq!(menu(&token, &user()), "view test disable reset delete");
}

#[test]
fn a_waiting_or_locked_user_blocks_trying() {
    let mut user = user();
    user.tries = Tries {
        failures: 10,
        retry_at: Some(LATER),
    };
    let app = token(Kind::Totp);
    assert_eq!(
        menu(&app, &user),
        "view edit test:user-waits disable reset:user-waits delete"
    );
    assert_eq!(
        menu(&waiting(app.clone()), &user),
        "view edit test:waits disable unlock unlock-and-reset:user-waits reset:waits delete"
    );
    user.tries.failures = 100;
    assert_eq!(
        menu(&app, &user),
        "view edit test:user-locked disable reset:user-locked delete"
    );
    assert_eq!(
        menu(&locked(app), &user),
        "view edit test:locked disable unlock unlock-and-reset:user-locked reset:locked delete"
    );
}

#[test]
fn why_a_user_cannot_sign_in_tells_a_lock_from_having_nothing() {
    let app = || token(Kind::Totp);
    let held = |tokens: &[Token]| no_sign_in(&user(), tokens, NOW);
    assert_eq!(held(&[app()]), None);
    assert_eq!(
        held(&[waiting(app())]),
        None,
        "it verifies after its waiting time"
    );
    assert_eq!(held(&[locked(app()), app()]), None);
    assert_eq!(
        held(&[locked(app()), disabled(app())]),
        Some(NoSignIn::TokensLocked)
    );
    let nothing = [
        vec![],
        vec![disabled(app())],
        vec![expired(locked(app()))],
        vec![obsolete(locked(app()), BEFORE)],
    ];
    for tokens in nothing {
        assert_eq!(held(&tokens), Some(NoSignIn::NoActiveToken), "{tokens:?}");
    }
    let mut who = user();
    who.tries.failures = 100;
    assert_eq!(no_sign_in(&who, &[app()], NOW), Some(NoSignIn::UserLocked));
    who.disabled_at = Some(BEFORE);
    assert_eq!(
        no_sign_in(&who, &[app()], NOW),
        Some(NoSignIn::UserDisabled)
    );
}
