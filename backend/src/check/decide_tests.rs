use super::*;
use crate::check::facts::Version;
use crate::otp::codes;
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, RealmId, UserId};
use proptest::prelude::*;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_780_000_010);
const STEP: u64 = 1_780_000_010 / 30;

fn token(n: u128, moves: Moves) -> TokenFacts {
    let seed = vec![u8::try_from(n).unwrap(); 20];
    TokenFacts {
        id: TokenId(Uuid::from_u128(n)),
        version: Version(1),
        moves,
        algorithm: Algorithm::Sha1,
        digits: Digits::Eight,
        period: 30,
        counter: 0,
        drift: 0,
        drift_set: 0,
        tries: Tries::default(),
        disabled: None,
        disabled_until: None,
        expires_at: None,
        obsolete: None,
        seed: Ok(Some(Seed::new(seed))),
    }
}

fn facts(tokens: Vec<TokenFacts>) -> Facts {
    Facts {
        id: UserId(Uuid::nil()),
        version: Version(1),
        realm: RealmId(Uuid::nil()),
        tries: Tries::default(),
        disabled: false,
        tokens,
    }
}

fn code(token: &TokenFacts, counter: u64) -> Code {
    let seed = token.seed.as_ref().unwrap().as_ref().unwrap();
    let codes = codes(seed, token.algorithm, token.digits, counter..=counter);
    Code::parse(&codes[0].1).unwrap()
}

fn ask(facts: &Facts, purpose: Purpose, named: Option<u128>, code: Option<&Code>) -> Decision {
    let named = named.map(|n| TokenId(Uuid::from_u128(n)));
    let question = Question {
        purpose,
        named,
        code,
        reset: None,
        now: NOW,
    };
    decide(facts, question, &Seed::new(vec![0xdd; 20])).unwrap()
}

fn failures(n: u32) -> Tries {
    Tries {
        failures: n,
        retry_at: None,
    }
}

#[test]
fn a_right_code_spends_its_step_and_clears_that_token_and_the_user() {
    let mut facts = facts(vec![token(1, Moves::Clock), token(2, Moves::Clock)]);
    facts.tries = failures(7);
    facts.tokens[0].tries = failures(3);
    facts.tokens[1].tries = failures(4);
    let right = code(&facts.tokens[1], STEP + 1);
    let decision = ask(&facts, Purpose::Verification, None, Some(&right));
    let state = decision.state.unwrap();
    assert_eq!((decision.outcome, decision.token), (Ok(()), Some(1)));
    assert_eq!(
        (state.counter, state.drift, state.tries),
        (STEP + 2, 1, Tries::default())
    );
    assert_eq!(
        (decision.user, state.used_at),
        (Tries::default(), Some(NOW))
    );
}

#[test]
fn a_test_counts_and_clears_on_the_token_only_and_is_no_use() {
    let mut facts = facts(vec![token(1, Moves::Clock)]);
    facts.tries = failures(7);
    facts.tokens[0].tries = failures(3);
    let right = code(&facts.tokens[0], STEP + 1);
    let worked = ask(&facts, Purpose::Test, Some(1), Some(&right));
    assert_eq!((worked.outcome, worked.user), (Ok(()), failures(7)));
    let state = worked.state.unwrap();
    assert_eq!(
        (state.used_at, state.drift, state.tries.failures),
        (None, 0, 0)
    );
    let wrong = ask(&facts, Purpose::Test, Some(1), None);
    assert_eq!(
        (wrong.outcome, wrong.user),
        (Err(Refusal::WrongCode), failures(7))
    );
    assert_eq!(wrong.state.unwrap().tries.failures, 4);
}

#[test]
fn a_wrong_code_counts_on_a_token_only_if_it_alone_was_tried() {
    let mut six = token(2, Moves::Clock);
    six.digits = Digits::Six;
    let wrong = Code::parse("00000000").unwrap();
    let one = facts(vec![token(1, Moves::Clock), six]);
    let decision = ask(&one, Purpose::Verification, None, Some(&wrong));
    assert_eq!((decision.token, decision.user.failures), (Some(0), 1));
    let two = facts(vec![token(1, Moves::Clock), token(2, Moves::Counter)]);
    let decision = ask(&two, Purpose::Verification, None, Some(&wrong));
    assert_eq!((decision.state, decision.user.failures), (None, 1));
    let named = ask(&two, Purpose::Approval, Some(2), Some(&wrong));
    assert_eq!((named.token, named.user.failures), (Some(1), 1));
    let malformed = ask(&one, Purpose::Verification, None, None);
    assert_eq!(malformed.outcome, Err(Refusal::WrongCode));
    assert_eq!((malformed.state, malformed.user.failures), (None, 1));
}

#[test]
fn what_may_not_verify_is_neither_evaluated_nor_counted() {
    let obsolete = |grace_until| {
        Some(Obsolete {
            since: NOW,
            followed_by: None,
            grace_until,
        })
    };
    let later = Timestamp(NOW.0 + 1);
    type Case = (Refusal, fn(&mut Facts));
    let cases: [Case; 6] = [
        (Refusal::UserDisabled, |f| f.disabled = true),
        (Refusal::UserLocked, |f| f.tries = failures(100)),
        (Refusal::Locked, |f| f.tokens[0].tries = failures(50)),
        (Refusal::Disabled, |f| f.tokens[0].disabled = Some(NOW)),
        (Refusal::Expired, |f| f.tokens[0].expires_at = Some(NOW)),
        (Refusal::NoToken, |f| f.tokens.clear()),
    ];
    for (refusal, spoil) in cases {
        let mut facts = facts(vec![token(1, Moves::Clock)]);
        let right = code(&facts.tokens[0], STEP);
        spoil(&mut facts);
        let decision = ask(&facts, Purpose::Verification, None, Some(&right));
        assert_eq!(decision.outcome, Err(refusal));
        assert_eq!(
            (decision.state, decision.user),
            (None, facts.tries),
            "{refusal:?}"
        );
    }
    let mut facts = facts(vec![token(1, Moves::Clock)]);
    let right = code(&facts.tokens[0], STEP);
    facts.tokens[0].obsolete = obsolete(Some(later));
    assert_eq!(
        ask(&facts, Purpose::Verification, None, Some(&right)).outcome,
        Ok(())
    );
    let tested = ask(&facts, Purpose::Test, Some(1), Some(&right));
    assert_eq!(tested.outcome, Err(Refusal::Obsolete));
    facts.tokens[0].obsolete = obsolete(Some(NOW));
    let over = ask(&facts, Purpose::Verification, None, Some(&right));
    assert_eq!(over.outcome, Err(Refusal::Obsolete));
}

#[test]
fn a_token_whose_seed_does_not_open_accepts_nothing_and_leaves_the_others_alone() {
    let mut facts = facts(vec![token(1, Moves::Clock), token(2, Moves::Clock)]);
    let [first, second] = [0, 1].map(|at| code(&facts.tokens[at], STEP));
    facts.tokens[0].seed = Err(SealError::Tampered);
    let decoys = codes(
        &Seed::new(vec![0xdd; 20]),
        Algorithm::Sha1,
        Digits::Eight,
        STEP..=STEP,
    );
    let decoys = Code::parse(&decoys[0].1).unwrap();
    for offered in [&first, &decoys] {
        let refused = ask(&facts, Purpose::Verification, None, Some(offered));
        assert_eq!(refused.outcome, Err(Refusal::WrongCode));
        assert_eq!(refused.user.failures, 1, "it was compared with the other");
        assert!(refused.token.is_none());
    }
    assert_eq!(
        ask(&facts, Purpose::Verification, None, Some(&second)).outcome,
        Ok(())
    );
}

#[test]
fn where_no_seed_opens_nothing_is_decided() {
    let mut facts = facts(vec![token(1, Moves::Clock), token(2, Moves::Counter)]);
    let right = code(&facts.tokens[0], STEP);
    let asked = |facts: &Facts, named: Option<u128>| {
        let question = Question {
            purpose: Purpose::Verification,
            named: named.map(|n| TokenId(Uuid::from_u128(n))),
            code: Some(&right),
            reset: None,
            now: NOW,
        };
        decide(facts, question, &Seed::new(vec![0xdd; 20]))
    };
    facts.tokens[0].seed = Err(SealError::Tampered);
    assert_eq!(asked(&facts, Some(1)).unwrap_err().token, 0);
    assert!(asked(&facts, None).is_ok(), "the other one opens");
    facts.tokens[1].seed = Err(SealError::Tampered);
    assert!(asked(&facts, None).is_err());
    facts.tokens[0].disabled = Some(NOW);
    assert_eq!(
        asked(&facts, Some(1)).unwrap().outcome,
        Err(Refusal::Disabled)
    );
}

proptest! {
    #[test]
    fn no_counter_is_accepted_twice_and_every_evaluated_failure_is_counted(
        moves in prop_oneof![Just(Moves::Clock), Just(Moves::Counter)],
        offers in proptest::collection::vec(0_u64..6, 1..60),
    ) {
        let mut facts = facts(vec![token(1, moves)]);
        let base = if moves == Moves::Clock { STEP - 2 } else { 0 };
        let mut accepted = std::collections::BTreeSet::new();
        for offer in offers {
            let offered = code(&facts.tokens[0], base + offer);
            let decision = ask(&facts, Purpose::Verification, None, Some(&offered));
            let before = (facts.tries.failures, facts.tokens[0].tries.failures);
            match decision.outcome {
                Ok(()) => prop_assert!(accepted.insert(base + offer)),
                Err(refusal) if refusal.is_counted() => {
                    let state = decision.state.unwrap();
                    prop_assert_eq!(decision.user.failures, before.0 + 1);
                    prop_assert_eq!(state.tries.failures, before.1 + 1);
                    prop_assert_eq!(state.counter, facts.tokens[0].counter);
                }
                Err(_) => prop_assert!(decision.state.is_none()),
            }
            if let Some(state) = decision.state {
                prop_assert!(state.counter >= facts.tokens[0].counter);
            }
            facts.apply(&decision);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_reset_takes_a_counter_back_or_a_spent_code_again(
        moves in prop_oneof![Just(Moves::Clock), Just(Moves::Counter)],
        offers in proptest::collection::vec((0_u64..12, 0_u64..3, any::<bool>()), 1..20),
    ) {
        let mut facts = facts(vec![token(1, moves)]);
        let base = if moves == Moves::Clock { STEP - 6 } else { 0 };
        let mut spent = std::collections::BTreeSet::new();
        for (offset, gap, resets) in offers {
            let (at, after) = (base + offset, base + offset + gap);
            let [first, second] = [at, after].map(|counter| code(&facts.tokens[0], counter));
            let (purpose, pair) = match resets {
                true => (Purpose::Reset, Some(Reset { second: &second, unlocks: false })),
                false => (Purpose::Verification, None),
            };
            let named = Some(TokenId(Uuid::from_u128(1)));
            let question = Question { purpose, named, code: Some(&first), reset: pair, now: NOW };
            let decision = decide(&facts, question, &Seed::new(vec![0xdd; 20])).unwrap();
            let before = (facts.tokens[0].counter, facts.tokens[0].tries.failures, facts.tries);
            if let Some(state) = decision.state {
                match decision.outcome {
                    Ok(()) => {
                        prop_assert!(spent.insert(at), "spent before");
                        if resets {
                            prop_assert!(gap == 1 && spent.insert(after), "spent before");
                        }
                        let last = if resets { after } else { at };
                        prop_assert_eq!((state.counter, state.tries.failures), (last + 1, 0));
                        prop_assert!(state.counter > before.0);
                    }
                    Err(_) => prop_assert_eq!((state.counter, state.tries.failures), (before.0, before.1 + 1)),
                }
            }
            if resets {
                prop_assert_eq!(decision.user, before.2, "a reset is not the user\u{2019}s");
            }
            facts.apply(&decision);
        }
    }
}
