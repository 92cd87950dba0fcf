//! A browser without JavaScript: keeps cookies, follows where it is sent, fills in plain forms.

use std::collections::BTreeMap;

use http::StatusCode;

use crate::demo::Answer;
use crate::desk::{Desk, Visitor};

/// One person's browser.
pub struct Browser<'desk> {
    desk: &'desk Desk,
    cookies: BTreeMap<String, String>,
    /// The address that the last answer came from.
    pub at: String,
    /// The body of every answer, and its headers.
    pub seen: Vec<String>,
}

impl<'desk> Browser<'desk> {
    pub fn new(desk: &'desk Desk) -> Self {
        Self {
            desk,
            cookies: BTreeMap::new(),
            at: String::new(),
            seen: Vec::new(),
        }
    }

    /// As somebody who is signed in.
    pub fn of(desk: &'desk Desk, visitor: &Visitor) -> Self {
        let mut browser = Self::new(desk);
        browser.keep(&visitor.0);
        browser
    }

    /// Opens a page.
    pub async fn open(&mut self, address: &str) -> Answer {
        let answer = self.desk.get(address, &self.visitor()).await;
        address.clone_into(&mut self.at);
        self.follow(answer).await
    }

    /// Fills in the form of `page` that has these fields, and sends it to the page's own address.
    pub async fn submit(&mut self, page: &Answer, typed: &[(&str, &str)]) -> Answer {
        let form = form_with(&page.body, typed[0].0);
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in hidden(form) {
            body.append_pair(&name, &value);
        }
        body.extend_pairs(typed);
        let action = attribute(form.split('>').next().unwrap_or_default(), "action");
        if !action.is_empty() {
            self.at = action;
        }
        let (at, body) = (self.at.clone(), body.finish());
        let answer = self.desk.post(&at, &self.visitor(), &body).await;
        self.follow(answer).await
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            self.remember(&answer);
            if answer.status != StatusCode::SEE_OTHER && answer.status != StatusCode::FOUND {
                return answer;
            }
            answer.header("location").clone_into(&mut self.at);
            answer = self.desk.get(&self.at.clone(), &self.visitor()).await;
        }
        panic!("sent around in a circle: {}", self.at);
    }

    fn remember(&mut self, answer: &Answer) {
        let cookies: Vec<String> = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect();
        for cookie in cookies {
            self.keep(cookie.split(';').next().unwrap());
        }
        self.seen
            .push(format!("{:?}\n{}", answer.headers, answer.body));
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split_once('=').unwrap();
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn visitor(&self) -> Visitor {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Visitor(pairs.join("; "))
    }
}

/// The form that has a field of this name.
fn form_with<'page>(page: &'page str, field: &str) -> &'page str {
    let field = format!("name=\"{field}\"");
    page.split("<form")
        .skip(1)
        .map(|form| form.split("</form>").next().unwrap_or_default())
        .find(|form| form.contains(&field))
        .unwrap_or_else(|| panic!("no form has {field} on {:?}", titled(page)))
}

fn titled(page: &str) -> Option<&str> {
    page.split("<title>").nth(1)?.split("</title>").next()
}

/// The hidden fields of a form.
fn hidden(form: &str) -> Vec<(String, String)> {
    form.split("<input")
        .skip(1)
        .map(|input| input.split('>').next().unwrap_or_default())
        .filter(|input| input.contains("type=\"hidden\""))
        .map(|input| (attribute(input, "name"), attribute(input, "value")))
        .collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let start = format!("{name}=\"");
    let value = tag.split(start.as_str()).nth(1).unwrap_or_default();
    value
        .split('"')
        .next()
        .unwrap_or_default()
        .replace("&amp;", "&")
}
