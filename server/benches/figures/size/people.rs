//! People who are made up, the same ones each time: names of which some are common and most are rare.

use uuid::Uuid;

/// Tokens of each user.
pub const TOKENS: u64 = 3;

const GIVEN: [&str; 32] = [
    "Anna", "Marie", "Jan", "Peter", "Lukas", "Sara", "Marco", "Nina", "Thomas", "Andrea",
    "Daniel", "Martin", "Julia", "Laura", "David", "Sandra", "Michael", "Claudia", "Stefan",
    "Monika", "Hans", "Ursula", "Nicole", "Patrick", "Simon", "Elena", "Mia", "Noah", "Emma",
    "Luca", "Leonie", "Tim",
];
/// A quarter of all people; each of these is a hundredth or more of them.
const COMMON: [&str; 16] = [
    "Meier",
    "Keller",
    "Schmid",
    "Huber",
    "Weber",
    "Schneider",
    "Steiner",
    "Fischer",
    "Gerber",
    "Brunner",
    "Baumann",
    "Frei",
    "Zimmermann",
    "Moser",
    "Widmer",
    "Wyss",
];
const FIRST: [&str; 16] = [
    "ba", "ke", "lo", "mu", "ri", "sa", "te", "vo", "wi", "za", "fre", "stei", "bach", "hof",
    "lan", "du",
];
const MIDDLE: [&str; 16] = [
    "la", "mer", "nin", "ros", "tar", "vel", "gen", "dor", "kin", "lu", "mai", "no", "per", "ski",
    "ber", "hal",
];
const LAST: [&str; 16] = [
    "mann", "er", "i", "ski", "hof", "li", "en", "son", "ez", "aux", "ova", "in", "dt", "feld",
    "berg", "ini",
];
const DEPARTMENTS: [&str; 8] = [
    "", "", "Sales", "Finance", "IT", "Legal", "Nursing", "Board",
];
/// Of our serials.
const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Somebody.
pub struct Person {
    pub given: &'static str,
    pub family: String,
    pub username: String,
    pub department: &'static str,
    /// Digits, from the country on.
    pub phone: String,
}

impl Person {
    pub fn number(n: u64) -> Self {
        let of = |salt: u64, list: &[&'static str]| {
            list[pick(n ^ salt << 40, list.len() as u64) as usize]
        };
        let given = of(1, &GIVEN);
        let family = if pick(n ^ 2 << 40, 4) == 0 {
            of(3, &COMMON).to_owned()
        } else {
            let first = of(4, &FIRST);
            let (capital, rest) = first.split_at(1);
            format!(
                "{}{rest}{}{}",
                capital.to_uppercase(),
                of(5, &MIDDLE),
                of(6, &LAST)
            )
        };
        let username = format!("{}.{}{n}", given[..1].to_lowercase(), family.to_lowercase());
        Self {
            given,
            family,
            username,
            department: of(7, &DEPARTMENTS),
            phone: format!("4179{:07}", n * 7_919_003 % 10_000_000),
        }
    }
}

/// A number below `of`, which looks like chance.
pub fn pick(n: u64, of: u64) -> u64 {
    let mut n = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (n ^ n >> 31) % of
}

pub fn user_id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | n)
}

pub fn token_id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x9000_0000_0000_0000 | n)
}

/// The kind of a token: each user has one app that follows the clock among others that count.
pub fn kind(token: u64) -> &'static str {
    if token % TOKENS == 1 { "totp" } else { "hotp" }
}

/// No two tokens have the same one.
pub fn serial(token: u64) -> String {
    let mut n = token.wrapping_mul(7_919_000_081) % 30_u64.pow(8);
    let mut serial = kind(token).to_uppercase();
    serial.push('-');
    for _ in 0..8 {
        serial.push(char::from(LETTERS[(n % 30) as usize]));
        n /= 30;
    }
    serial
}
