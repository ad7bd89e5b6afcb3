//! Makes a value of any type of the contract, as large as it can be, or with nothing that may be missing.

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor, value::Error},
};

/// A value; with `full` options are set and lists have two entries.
pub fn filled<T: DeserializeOwned>(full: bool) -> T {
    T::deserialize(Filler { full }).unwrap()
}

#[derive(Clone, Copy)]
struct Filler {
    full: bool,
}

macro_rules! numbers {
    ($($of:ident $visit:ident $type:ty;)+) => {$(
        fn $of<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(if self.full { <$type>::MAX } else { <$type>::MIN })
        }
    )+};
}

impl<'de> Deserializer<'de> for Filler {
    type Error = Error;

    numbers! {
        deserialize_i8 visit_i8 i8; deserialize_i16 visit_i16 i16; deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64; deserialize_u8 visit_u8 u8; deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32; deserialize_u64 visit_u64 u64;
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.full)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(if self.full { "سلام \"\\\u{1} 🐢" } else { "" })
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    /// Only a document of somebody else's says not what it is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Entries { left: 2, filler: self, texts: true })
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.full { visitor.visit_some(self) } else { visitor.visit_none() }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Entries { left: if self.full { 2 } else { 0 }, filler: self, texts: false })
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Members { fields: fields.iter(), filler: self })
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word = if self.full { variants.last() } else { variants.first() };
        visitor.visit_enum(de::value::StrDeserializer::new(word.unwrap()))
    }
    serde::forward_to_deserialize_any! {
        f32 f64 i128 u128 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map identifier
        ignored_any
    }
}

struct Entries {
    left: usize,
    filler: Filler,
    texts: bool,
}

impl<'de> SeqAccess<'de> for Entries {
    type Error = Error;
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        if self.texts {
            return seed.deserialize(de::value::StrDeserializer::new("text")).map(Some);
        }
        seed.deserialize(self.filler).map(Some)
    }
}

struct Members {
    fields: std::slice::Iter<'static, &'static str>,
    filler: Filler,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Error;
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(name) = self.fields.next() else { return Ok(None) };
        seed.deserialize(de::value::StrDeserializer::new(name)).map(Some)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.filler)
    }
}
