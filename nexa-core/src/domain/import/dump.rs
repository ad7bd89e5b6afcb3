//! Reads a dump of a `MySQL` database piece by piece, without a database: the rows that `INSERT` statements put into the
//! tables that are wanted. What a statement would do is never done.
//!
//! The text is what `mysqldump` and programs like it write: comments, names in backquotes, strings with backslashes
//! (<https://dev.mysql.com/doc/refman/8.4/en/string-literals.html>). Everything else is passed over.

use super::statement::Statements;

/// Bytes of one value that are kept; what is longer is no value that anybody wants.
pub const MOST_VALUE: usize = 64 << 10;

/// A word of the language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// A name, a keyword or a number without quotes.
    Word(String),
    /// A name in backquotes.
    Name(String),
    /// A string; none when it was too long.
    Text(Option<String>),
    /// A sign.
    Sign(u8),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Word,
    /// Inside quotes of this kind.
    Quoted(u8),
    /// Behind a backslash in them.
    Escaped(u8),
    /// Behind a quote that ends them, unless another one follows.
    Closing(u8),
    Dash,
    Slash,
    Line,
    Block,
    BlockStar,
}

/// Cuts the text into words, and has the statements read from them.
pub struct Dump<'a> {
    state: State,
    kept: Vec<u8>,
    is_cut: bool,
    statements: Statements<'a>,
}

/// What is called with the table, the names of its columns, and the values of each row.
pub type Sink<'a> = dyn FnMut(&str, &[String], &[Option<String>]) + Send + 'a;

impl<'a> Dump<'a> {
    /// Reads the rows of these tables.
    #[must_use]
    pub fn new(tables: &'a [&'a str]) -> Self {
        Self { state: State::Plain, kept: Vec::new(), is_cut: false, statements: Statements::new(tables) }
    }

    /// Reads on.
    pub fn read(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        for &byte in bytes {
            self.step(byte, sink);
        }
    }

    /// Whether the text ended where a dump may end, and how many of the wanted tables it made or filled.
    #[must_use]
    pub fn end(mut self, sink: &mut Sink<'_>) -> (bool, usize) {
        self.step(b'\n', sink);
        let whole = matches!(self.state, State::Plain | State::Line) && self.statements.is_between();
        (whole, self.statements.met())
    }

    fn step(&mut self, byte: u8, sink: &mut Sink<'_>) {
        match self.state {
            State::Plain => self.plain(byte, sink),
            State::Word if is_of_word(byte) => self.keep(byte),
            State::Word => {
                let word = self.taken().unwrap_or_default();
                self.told(Token::Word(word), sink);
                self.plain(byte, sink);
            }
            State::Quoted(quote) if byte == quote => self.state = State::Closing(quote),
            State::Quoted(quote) if byte == b'\\' && quote != b'`' => self.state = State::Escaped(quote),
            State::Quoted(_) => self.keep(byte),
            State::Escaped(quote) => {
                self.keep(unescaped(byte));
                self.state = State::Quoted(quote);
            }
            State::Closing(quote) if byte == quote => {
                self.keep(byte);
                self.state = State::Quoted(quote);
            }
            State::Closing(quote) => {
                let text = self.taken();
                let token =
                    if quote == b'`' { Token::Name(text.unwrap_or_default()) } else { Token::Text(text) };
                self.told(token, sink);
                self.plain(byte, sink);
            }
            State::Dash if byte == b'-' => self.state = State::Line,
            State::Dash => {
                self.keep(b'-');
                self.state = State::Word;
                self.step(byte, sink);
            }
            State::Slash if byte == b'*' => self.state = State::Block,
            State::Slash => {
                self.told(Token::Sign(b'/'), sink);
                self.plain(byte, sink);
            }
            State::Line if byte == b'\n' => self.state = State::Plain,
            State::Block if byte == b'*' => self.state = State::BlockStar,
            State::BlockStar if byte == b'/' => self.state = State::Plain,
            State::BlockStar if byte != b'*' => self.state = State::Block,
            State::Line | State::Block | State::BlockStar => {}
        }
    }

    fn plain(&mut self, byte: u8, sink: &mut Sink<'_>) {
        self.state = match byte {
            b'\'' | b'"' | b'`' => State::Quoted(byte),
            b'-' => State::Dash,
            b'/' => State::Slash,
            b'#' => State::Line,
            _ if is_of_word(byte) => {
                self.keep(byte);
                State::Word
            }
            _ => State::Plain,
        };
        if self.state == State::Plain && !byte.is_ascii_whitespace() {
            self.told(Token::Sign(byte), sink);
        }
    }

    fn told(&mut self, token: Token, sink: &mut Sink<'_>) {
        self.state = State::Plain;
        self.statements.take(token, sink);
    }

    fn keep(&mut self, byte: u8) {
        if self.kept.len() < MOST_VALUE {
            self.kept.push(byte);
        } else {
            self.is_cut = true;
        }
    }

    /// What was kept, if all of it was.
    fn taken(&mut self) -> Option<String> {
        let whole = !std::mem::take(&mut self.is_cut);
        let text = whole.then(|| String::from_utf8_lossy(&self.kept).into_owned());
        self.kept.clear();
        text
    }
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'@') || byte >= 0x80
}

const fn unescaped(byte: u8) -> u8 {
    match byte {
        b'0' => 0,
        b'b' => 8,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'Z' => 26,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = Vec<(String, Vec<(String, Option<String>)>)>;

    fn read(text: &[u8], piece: usize) -> (Read, bool, usize) {
        let mut rows = Read::new();
        let mut sink = |table: &str, names: &[String], values: &[Option<String>]| {
            rows.push((table.to_owned(), names.iter().cloned().zip(values.iter().cloned()).collect()));
        };
        let mut dump = Dump::new(&["user", "invoice"]);
        for some in text.chunks(piece.max(1)) {
            dump.read(some, &mut sink);
        }
        let (whole, met) = dump.end(&mut sink);
        (rows, whole, met)
    }

    fn cells(row: &(String, Vec<(String, Option<String>)>)) -> Vec<String> {
        row.1.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("NULL"))).collect()
    }

    const DUMP: &str = r"-- MySQL dump 10.13; INSERT INTO `user` VALUES ('no');
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `user`;
CREATE TABLE `user` (
  `id` varchar(500) NOT NULL COMMENT 'a, b) ; it''s',
  `Balance` int(255) NOT NULL DEFAULT '0',
  `rate` decimal(10,2) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by_balance` (`Balance`,`rate`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
# another remark ' with a quote
INSERT INTO `user` VALUES ('1',-5,1.50),('2; \'x\'',7,NULL),(_binary 'it''s\\',0,NOW(3));
INSERT INTO `other` VALUES ('1');
INSERT IGNORE INTO shop.invoice (`id_user`, uuid) VALUES
('1','a'),
('علی',NULL);
";

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        for piece in [1, 7, 10_000] {
            let (rows, whole, met) = read(DUMP.as_bytes(), piece);
            assert!(whole && met == 2);
            let all: Vec<_> = rows.iter().map(cells).collect();
            assert_eq!(all[0], ["id=1", "Balance=-5", "rate=1.50"]);
            assert_eq!(all[1], ["id=2; 'x'", "Balance=7", "rate=NULL"]);
            assert_eq!(all[2], ["id=it's\\", "Balance=0", "rate=NULL"], "what a function gives is not known");
            assert_eq!(all[3], ["id_user=1", "uuid=a"]);
            assert_eq!(all[4], ["id_user=علی", "uuid=NULL"]);
            assert_eq!(all.len(), 5);
        }
    }

    #[test]
    fn what_is_cut_off_or_no_dump_is_told() {
        for cut in [
            "INSERT INTO user (id) VALUES ('1'),",
            "INSERT INTO user (id) VALUES ('1",
            "CREATE TABLE user (",
            "/* x",
        ] {
            assert!(!read(cut.as_bytes(), 3).1, "{cut}");
        }
        assert_eq!(read(b"SQLite format 3\0 whatever", 5).2, 0);
        let long = format!("INSERT INTO user (id, n) VALUES ('{}', 'b');", "x".repeat(MOST_VALUE + 1));
        assert_eq!(cells(&read(long.as_bytes(), 1000).0[0]), ["id=NULL", "n=b"], "too long to be kept");
    }

    fn tokens() -> impl Strategy<Value = String> {
        let parts = vec![
            "INSERT", "INTO", "`user`", "VALUES", "(", ")", ",", ";", "'a'", "'", "\\", "`", "CREATE",
            "TABLE", "--", "/*", "*/", "#", "\n", "NULL", "1", "x", "\"", "-",
        ];
        prop::collection::vec(prop::sample::select(parts), 0..60).prop_map(|all| all.join(" "))
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text: Vec<u8>, piece in 1_usize..9) {
            let _read = read(&text, piece);
        }

        #[test]
        fn nothing_that_looks_like_a_dump_does_harm(text in tokens(), piece in 1_usize..9) {
            let whole = read(text.as_bytes(), text.len());
            let pieces = read(text.as_bytes(), piece);
            prop_assert_eq!(whole.0, pieces.0, "it is the same however it comes");
        }

        #[test]
        fn every_string_comes_back(value in "\\PC{0,40}") {
            let written = value.replace('\\', "\\\\").replace('\'', "\\'");
            let text = format!("INSERT INTO user (id) VALUES ('{written}');");
            let rows = read(text.as_bytes(), 3).0;
            prop_assert_eq!(rows[0].1[0].1.as_deref(), Some(value.as_str()));
        }
    }
}
