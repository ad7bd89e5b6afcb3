//! How many rows are held in memory at once.

use super::super::row::{Row, Value};

/// Bytes of a batch that are worth a larger one, and that are too many.
const FEW: usize = 1 << 20;
const MANY: usize = 8 << 20;
/// Rows of a batch, at most.
const MOST: i64 = 4_096;

/// The size of the next batch: rows may be a hundred bytes long or, with a picture, millions.
pub(in crate::sql) struct Pace(i64);

impl Default for Pace {
    fn default() -> Self {
        Self(16)
    }
}

impl Pace {
    /// Rows of the next batch.
    pub(in crate::sql) const fn limit(&self) -> i64 {
        self.0
    }

    /// Learns from a batch.
    pub(in crate::sql) fn saw(&mut self, rows: &[Row]) {
        let bytes: usize = rows.iter().flat_map(Row::values).map(size).sum();
        if bytes > MANY {
            self.0 = (self.0 / 4).max(1);
        } else if bytes < FEW {
            self.0 = (self.0 * 4).min(MOST);
        }
    }
}

/// About how much memory a value takes.
pub(in crate::sql) const fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Null | Value::Int(_) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rows_come_in_thousands_and_pictures_one_by_one() {
        let names: std::sync::Arc<[String]> = ["x".to_owned()].into();
        let row = |bytes| Row::new(std::sync::Arc::clone(&names), vec![Value::Text("x".repeat(bytes))]);
        let mut pace = Pace::default();
        for _ in 0..9 {
            pace.saw(&[row(10)]);
        }
        assert_eq!(pace.limit(), MOST);
        for _ in 0..9 {
            pace.saw(&[row(MANY + 1)]);
        }
        assert_eq!(pace.limit(), 1);
    }
}
