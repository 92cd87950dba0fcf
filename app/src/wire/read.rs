//! Reading: serde's derived code asks for one value after the other. What does not depend on a
//! type is not generic, so that a type costs the browser little.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Names, Unreadable};

/// Reads a value.
///
/// # Errors
/// [`Unreadable`] when the text is not this value whole, or has other names.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader {
        rest: text,
        names: Names::NONE,
    };
    let value = T::deserialize(&mut reader)?;
    reader.ends()?;
    Ok(value)
}

struct Reader<'t> {
    rest: &'t str,
    names: Names,
}

impl<'t> Reader<'t> {
    #[inline(never)]
    fn number(&mut self) -> Result<i64, Unreadable> {
        let (number, rest) = self.rest.split_once(';').ok_or(Unreadable)?;
        self.rest = rest;
        number.parse().map_err(|_| Unreadable)
    }

    #[inline(never)]
    fn index(&mut self) -> Result<usize, Unreadable> {
        usize::try_from(self.number()?).map_err(|_| Unreadable)
    }

    #[inline(never)]
    fn text(&mut self) -> Result<&'t str, Unreadable> {
        let (length, rest) = self.rest.split_once(':').ok_or(Unreadable)?;
        let length = length.parse().map_err(|_| Unreadable)?;
        let (text, rest) = rest.split_at_checked(length).ok_or(Unreadable)?;
        self.rest = rest;
        Ok(text)
    }

    #[inline(never)]
    fn bytes(&mut self) -> Result<Vec<u8>, Unreadable> {
        let digits = self.text()?;
        let pair = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let bytes: Option<_> = (0..digits.len()).step_by(2).map(pair).collect();
        bytes.ok_or(Unreadable)
    }

    /// Whether a sign is `yes`; else it must be `no`.
    #[inline(never)]
    fn sign(&mut self, yes: char, no: char) -> Result<bool, Unreadable> {
        let is_yes = self.rest.starts_with(yes);
        let sign = if is_yes { yes } else { no };
        self.rest = self.rest.strip_prefix(sign).ok_or(Unreadable)?;
        Ok(is_yes)
    }

    #[inline(never)]
    fn choice(&mut self, names: &'static [&'static str]) -> Result<u64, Unreadable> {
        let index = self.index()?;
        self.names.add(names.get(index).ok_or(Unreadable)?);
        u64::try_from(index).map_err(|_| Unreadable)
    }

    fn ends(&mut self) -> Result<(), Unreadable> {
        let names = self.names;
        let same = self.number()? == i64::from(names.0);
        (same && self.rest.is_empty())
            .then_some(())
            .ok_or(Unreadable)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    /// Nothing says of itself what it is.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.sign('y', 'n')?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.text()?)
    }

    /// An id: uuid writes its bytes where nobody is to read it.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bytes(&self.bytes()?)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.sign('+', '-')? {
            true => visitor.visit_some(self),
            false => visitor.visit_none(),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let left = self.index()?;
        visitor.visit_seq(Values::new(self, left, &[]))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Values::new(self, length, &[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Values::new(self, fields.len(), fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(Choice {
            reader: self,
            names,
        })
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char byte_buf unit_struct tuple_struct map identifier
        ignored_any
    }
}

/// Values in a row: a list's, or a struct's with their names.
struct Values<'r, 't> {
    reader: &'r mut Reader<'t>,
    left: usize,
    names: &'static [&'static str],
}

impl<'r, 't> Values<'r, 't> {
    fn new(reader: &'r mut Reader<'t>, left: usize, names: &'static [&'static str]) -> Self {
        Self {
            reader,
            left,
            names,
        }
    }

    #[inline(never)]
    fn next(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        if let Some((name, names)) = self.names.split_first() {
            self.reader.names.add(name);
            self.names = names;
        }
        true
    }
}

impl<'t> SeqAccess<'t> for Values<'_, 't> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        match self.next() {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }
}

/// One of several, by its number.
struct Choice<'r, 't> {
    reader: &'r mut Reader<'t>,
    names: &'static [&'static str],
}

impl<'r, 't> EnumAccess<'t> for Choice<'r, 't> {
    type Error = Unreadable;
    type Variant = &'r mut Reader<'t>;

    fn variant_seed<S: DeserializeSeed<'t>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Unreadable> {
        let number = self.reader.choice(self.names)?;
        Ok((seed.deserialize(Number(number))?, self.reader))
    }
}

impl<'t> VariantAccess<'t> for &mut Reader<'t> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'t>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Values::new(self, length, &[]))
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Values::new(self, fields.len(), fields))
    }
}

/// The number of a choice, as derived code asks for it.
struct Number(u64);

impl<'de> Deserializer<'de> for Number {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// Why it is unreadable helps nobody, and saying it would be half of the code.
impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}
