use super::*;
use crate::ids::Id as _;
use uuid::Uuid;

fn article(slug: &str, title: &str, body: &str) -> Article {
    Article {
        id: ArticleId::from(Uuid::nil()),
        shop_id: ShopId::from(Uuid::nil()),
        slug: slug.to_owned(),
        locale: Locale::En,
        category: Category::Pay,
        platforms: vec![Platform::Linux, Platform::Android, Platform::Linux],
        title: title.to_owned(),
        body: body.to_owned(),
        published: true,
        changed_at: Timestamp::UNIX_EPOCH,
    }
}

/// What others tried on pages that take Markdown or HTML.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](https:evil.example)",
    "[x](https://shop.example@evil.example/)",
    "[x](https://evil.example/\"onmouseover=alert(1))",
    "[x](https://evil.example/'onmouseover=alert(1))",
    "[x](https://a.example/><script>alert(1)</script>)",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "[\"onclick=alert(1)](/help)",
    "`<script>alert(1)</script>`",
    "**<b onclick=alert(1)>**",
    "# <style>*{background:url(javascript:1)}</style>",
    "- <a href=javascript:alert(1)>x</a>",
    "1. <form action=https://evil.example><input>",
    "> </blockquote><script>alert(1)</script>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "![x](javascript:alert(1))",
    "<https://evil.example/<script>>",
    "[x]: javascript:alert(1)\n[x]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u{202e}<script>",
    "<math><mtext></p><script>alert(1)</script>",
];

const OURS: &[&str] = &[
    "<h2>",
    "</h2>",
    "<h3>",
    "</h3>",
    "<p>",
    "</p>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<li>",
    "</li>",
    "<blockquote>",
    "</blockquote>",
    "<strong>",
    "</strong>",
    "<em>",
    "</em>",
    "<code dir=\"ltr\">",
    "</code>",
    "</a>",
];

/// Takes the tags of a page apart; panics at one that is not ours.
fn only_ours(page: &str) {
    for (at, _) in page.match_indices('<') {
        let rest = &page[at..];
        if OURS.iter().any(|tag| rest.starts_with(tag)) {
            continue;
        }
        let inner = rest.strip_prefix("<a href=\"").unwrap_or_else(|| panic!("a foreign tag in {page}"));
        let (to, behind) = inner.split_once('"').unwrap();
        assert!(markup::address(to), "{to} in {page}");
        let away = " rel=\"nofollow noopener noreferrer\">";
        assert!(behind.starts_with(if to.starts_with('/') { ">" } else { away }), "{page}");
    }
    assert_eq!(page.matches('<').count(), page.matches('>').count(), "{page}");
}

#[test]
fn nothing_that_people_wrote_becomes_markup() {
    assert!(HOSTILE.len() >= 20);
    for text in HOSTILE {
        only_ours(&html(text));
        for around in [format!("**{text}**"), format!("[{text}](/help)"), format!("- `{text}`\n{text}")] {
            only_ours(&html(&around));
        }
        assert!(!html(text).contains("href=\"javascript"), "{text}");
    }
}

#[test]
fn the_markup_is_the_one_that_is_described() {
    let text = "# Title\n\nFirst **bold** and *soft*\nline with `code`.\n\n- one\n- [two](/buy)\n\n1. a\n۲. b\n> apart\n## Small";
    let page = "<h2>Title</h2>\n<p>First <strong>bold</strong> and <em>soft</em> line with <code dir=\"ltr\">code</code>.</p>\n\
        <ul><li>one</li>\n<li><a href=\"/buy\">two</a></li>\n</ul>\n<ol><li>a</li>\n<li>b</li>\n</ol>\n\
        <blockquote>apart</blockquote>\n<h3>Small</h3>\n";
    assert_eq!(html(text), page);
    assert_eq!(
        html("[x](https://a.example/b?c=d&e)"),
        "<p><a href=\"https://a.example/b?c=d&amp;e\" rel=\"nofollow noopener noreferrer\">x</a></p>\n"
    );
    let lines = markup::plain("# T\n- one [x](https://a.example)\n1. b [y](/buy)");
    assert_eq!(lines, ["T", "• one x (https://a.example)", "1. b y"]);
    for odd in ["**", "* *", "[", "[]()", "`", "5 * 4 * 3", "****", "1.no list"] {
        assert_eq!(html(odd), format!("<p>{odd}</p>\n"), "stays as it was");
    }
}

#[test]
fn odd_articles_are_refused() {
    let fits = article("a-1", "  How   to ", "Text\r\nmore").checked(&[]).unwrap();
    assert_eq!((fits.title.as_str(), fits.body.as_str()), ("How to", "Text\nmore"));
    assert_eq!(fits.platforms, [Platform::Android, Platform::Linux]);
    let long = "x".repeat(BODY + 1);
    for (slug, title, body) in [
        ("", "t", "b"),
        ("A", "t", "b"),
        ("a b", "t", "b"),
        ("-a", "t", "b"),
        ("a-", "t", "b"),
        ("a--b", "t", "b"),
        ("../a", "t", "b"),
        ("a", " ", "b"),
        ("a", "t", " \n"),
        ("a", "t", "b\u{0}"),
        ("a", "t", long.as_str()),
        ("a", "t\u{1b}", "b"),
    ] {
        assert!(article(slug, title, body).checked(&[]).is_err(), "{slug} {title}");
    }
    assert!(article("a", &"ی".repeat(TITLE), "b").checked(&[]).is_ok());
    assert!(article("a", &"ی".repeat(TITLE + 1), "b").checked(&[]).is_err());
    assert!(article("a", "t", "b").checked(&[article("a", "u", "c")]).is_err(), "taken");
    let persian = Article { locale: Locale::Fa, ..article("a", "u", "c") };
    assert!(article("a", "t", "b").checked(&[persian]).is_ok(), "another language");
    let many: Vec<Article> = (0..MOST).map(|n| article(&format!("n{n}"), "t", "b")).collect();
    assert!(
        article("a", "t", "b").checked(&many).is_err() && article("a", "t", "b").checked(&many[1..]).is_ok()
    );
}

#[test]
fn a_shelf_is_arranged_and_hides_starters_only() {
    let all: Vec<String> = ["renew", "devices", "own"].map(str::to_owned).into();
    let moved = HelpShelf::default().moved(&all, "devices", true).unwrap();
    assert_eq!(moved.order, ["devices", "renew", "own"]);
    assert_eq!(moved.clone().moved(&all, "own", false).unwrap().order, all, "the last stays the last");
    assert_eq!(HelpShelf::default().moved(&all, "none", true), Err(Refusal::NotFound));
    assert!(
        moved.place("own") < moved.place("pay-by-card") && moved.place("pay-by-card") < moved.place("zzz")
    );
    let hidden = HelpShelf::default().hide("renew", true).unwrap().hide("renew", true).unwrap();
    assert_eq!(hidden.hidden, ["renew"]);
    assert!(hidden.clone().hide("renew", false).unwrap().hidden.is_empty());
    assert_eq!(hidden.hide("own", true), Err(Refusal::NotFound));
}

#[test]
fn a_reader_gets_their_language_else_the_shops() {
    let all = || vec![(Locale::Fa, "fa"), (Locale::Ru, "ru"), (Locale::En, "en")];
    assert_eq!(for_reader(all(), Locale::En, Locale::Fa), Some((Locale::En, "en")));
    let two = || vec![(Locale::Ru, "ru"), (Locale::Fa, "fa")];
    assert_eq!(for_reader(two(), Locale::En, Locale::Fa), Some((Locale::Fa, "fa")));
    assert_eq!(for_reader(vec![(Locale::Ru, "ru")], Locale::En, Locale::Fa), Some((Locale::Ru, "ru")));
    assert_eq!(for_reader(Vec::<(Locale, &str)>::new(), Locale::En, Locale::Fa), None);
}

#[test]
fn words_are_found_as_people_type_them() {
    assert_eq!(normal("  كتابِ\u{200c}يك ۱۲٣  "), "کتابیک 123");
    assert_eq!(normal("Ёлка, WI-FI!"), "елка wi fi");
    let all =
        [("اتصال در اندروید", "برنامه را نصب کنید"), ("Slow", "when Android is slow"), ("Pay", "by card")];
    assert_eq!(found("اندرويد", &all), [0]);
    assert_eq!(found("slow ANDROID", &all), [1]);
    assert_eq!(found("slow card", &all), [1, 2], "nobody knows both; a title counts more");
    assert_eq!(found("", &all), Vec::<usize>::new());
    assert_eq!(found("zebra", &all), Vec::<usize>::new());
}

#[test]
fn starters_have_slugs_of_their_own() {
    for (at, one) in STARTERS.iter().enumerate() {
        assert_eq!(slug(one.slug).as_deref(), Ok(one.slug));
        assert!(STARTERS[at + 1..].iter().all(|other| other.slug != one.slug));
    }
    assert!(Category::ALL.into_iter().all(|one| Category::named(one.name()) == Ok(one)));
    assert!(Platform::ALL.into_iter().all(|one| Platform::named(one.name()) == Ok(one)));
    assert!(ArticleId::from(Uuid::nil()).uuid().is_nil());
}

#[test]
fn a_line_of_brackets_is_text() {
    let line = "[".repeat(7_000);
    assert_eq!(markup::plain(&line), [line]);
    assert_eq!(html("[a[b](/c) [d] e](/f)"), "<p>[a<a href=\"/c\">b</a> [d] e](/f)</p>\n");
}
