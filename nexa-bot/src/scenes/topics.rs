//! What the shop explains: topics, articles, and whether they helped.

use crate::{
    action::{About, Action, Slug},
    keyboard::Key,
    screen::{MOST_LETTERS, Screen},
    talk::{Outcome, Talk},
};

/// Articles of one kind that are listed; Telegram takes a hundred buttons at most.
const MOST_LISTED: usize = 60;

/// What articles there are about.
pub async fn topics(talk: Talk) -> Outcome {
    let all = talk.front().articles(None, Some(talk.locale().tag())).await?;
    let mut screen = Screen::says(&talk.say("bot-help-topics-hint"));
    for about in About::ALL {
        if all.iter().any(|article| article.category == about.name()) {
            let label = talk.say(&format!("help-category-{}", about.name()));
            screen = screen.tap(&label, Action::TopicsOn(about));
        }
    }
    talk.show(screen.row([talk.key("bot-ask", Action::Ask)]).row([talk.key("bot-back", Action::Help)])).await
}

/// The articles about one thing.
pub async fn on(talk: Talk, about: About) -> Outcome {
    let all = talk.front().articles(None, Some(talk.locale().tag())).await?;
    let mut screen = Screen::titled(&talk.say(&format!("help-category-{}", about.name())));
    for article in all.iter().filter(|article| article.category == about.name()).take(MOST_LISTED) {
        if let Some(slug) = Slug::of(&article.slug) {
            screen = screen.tap(&article.title, Action::Article(slug));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Topics)])).await
}

/// How many of an article's lines a message has room for, from the first on: none in the middle is to be missing.
fn fitting(title: &str, lines: &[String]) -> usize {
    // Telegram counts UTF-16, and a line has an end.
    let letters = |text: &str| text.encode_utf16().count().saturating_add(1);
    let mut room = MOST_LETTERS.saturating_sub(letters(title)).saturating_sub(1);
    let fits = |line: &&String| {
        let fits = letters(line) <= room;
        room = room.saturating_sub(letters(line));
        fits
    };
    lines.iter().take_while(fits).count()
}

/// One article; what is too long for a message is read on its page.
pub async fn article(talk: Talk, article: Slug) -> Outcome {
    let of = talk.front().article(article.text(), Some(talk.locale().tag())).await?;
    let shown = fitting(&of.article.title, &of.lines);
    let begun = Screen::titled(&of.article.title).gap();
    let screen = of.lines.iter().take(shown).fold(begun, |screen, line| screen.line(line));
    let page = talk.page(&format!("/help/{}", article.text()));
    let whole = (shown < of.lines.len()).then(|| Key::open(&talk.say("bot-help-whole"), &page));
    let screen = screen.row(whole.flatten());
    let about = About::ALL.into_iter().find(|about| about.name() == of.article.category);
    let back = about.map_or(Action::Topics, Action::TopicsOn);
    let screen = screen
        .row([
            talk.key("bot-help-helped", Action::Judge(article.clone(), true)),
            talk.key("bot-help-missed", Action::Judge(article, false)),
        ])
        .row([talk.key("bot-ask", Action::Ask)])
        .row([talk.key("bot-back", back)]);
    talk.show(screen).await
}

/// Counts whether it helped.
pub async fn judge(talk: Talk, (article, helped): (Slug, bool)) -> Outcome {
    talk.front().judge_article(article.text(), helped).await?;
    talk.toast(&talk.say("help-thanks")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_shown_from_its_beginning_as_far_as_there_is_room() {
        let lines = |length: usize| vec!["س".repeat(length), "x".to_owned()];
        assert_eq!(fitting("Title", &lines(100)), 2);
        assert_eq!(fitting("Title", &lines(MOST_LETTERS)), 0, "nothing behind a gap");
        let many = vec!["y".repeat(999); 9];
        let shown = fitting("Title", &many);
        assert_eq!(shown, 4);
        let begun = Screen::titled("Title").gap();
        let screen = many.iter().take(shown).fold(begun, |screen, line| screen.line(line));
        assert_eq!(screen.html().matches('\n').count(), shown + 1, "each of them has room");
    }
}
