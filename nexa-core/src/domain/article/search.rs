//! Finding articles by words, as people type them: without caring for case, marks, and which of the Arabic letters that look
//! alike a keyboard has.

use std::cmp::Reverse;

/// Letters of a question that count.
const LONGEST: usize = 100;
/// Words of it that count.
const WORDS: usize = 8;

/// A text as it is compared: lower case, one form of each letter, Latin digits, single spaces.
#[must_use]
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let one = match letter {
            // Tatweel, the vowel marks and the joiners say nothing here.
            '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{200c}' | '\u{200d}' => continue,
            '\u{64a}' | '\u{649}' => '\u{6cc}',
            '\u{643}' => '\u{6a9}',
            '\u{623}' | '\u{625}' | '\u{622}' => '\u{627}',
            '\u{629}' | '\u{6c0}' => '\u{647}',
            'ё' => 'е',
            '\u{660}'..='\u{669}' => digit(letter, '\u{660}'),
            '\u{6f0}'..='\u{6f9}' => digit(letter, '\u{6f0}'),
            letter if letter.is_alphanumeric() => letter,
            _ => ' ',
        };
        if one != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(one);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn digit(letter: char, zero: char) -> char {
    let value = u32::from(letter).saturating_sub(u32::from(zero));
    char::from_digit(value, 10).unwrap_or(letter)
}

/// Of what has these titles and texts: where in the list the question is answered, the best first. Who knows every word
/// comes alone; without any such, who knows some of them.
#[must_use]
pub fn found(question: &str, all: &[(&str, &str)]) -> Vec<usize> {
    let short: String = question.chars().take(LONGEST).collect();
    let asked = normal(&short);
    let words: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).take(WORDS).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<(usize, usize, usize)> = Vec::new();
    for (at, (title, body)) in all.iter().enumerate() {
        let (title, body) = (normal(title), normal(body));
        let known = words.iter().filter(|word| title.contains(**word) || body.contains(**word)).count();
        let named = words.iter().filter(|word| title.contains(**word)).count();
        if known > 0 {
            hits.push((known, named, at));
        }
    }
    if hits.iter().any(|(known, ..)| *known == words.len()) {
        hits.retain(|(known, ..)| *known == words.len());
    }
    hits.sort_by_key(|(known, named, at)| (Reverse(*known), Reverse(*named), *at));
    hits.into_iter().map(|(_, _, at)| at).collect()
}
