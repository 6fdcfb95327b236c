#include "core/text/jinja/template_parser.h"

#include "core/text/jinja/expression_parser.h"
#include "core/text/jinja/token_stream.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

constexpr int kNestingLimit = 100;

using Kind = Statement::Kind;

/// Reads statements up to the tags that end them.
class TemplateParser {
public:
    explicit TemplateParser(std::string_view source) : m_tokens(tokenize(source)), m_expressions(m_tokens) {}

    Block run() { return parseBlock({}); }

private:
    /// Statements until one of the tags named, which is left in place, its BlockBegin taken.
    Block parseBlock(std::initializer_list<const char*> ends) {
        if (++m_nesting > kNestingLimit)
            m_tokens.fail("the template is nested too deeply");
        Block block;
        while (!m_tokens.at(Token::Kind::End)) {
            Statement statement = start(Kind::Text);
            if (m_tokens.at(Token::Kind::Text)) {
                statement.text = m_tokens.next().text;
            } else if (m_tokens.at(Token::Kind::PrintBegin)) {
                m_tokens.next();
                statement.kind = Kind::Print;
                statement.value = m_expressions.parse(true);
                m_tokens.expect(Token::Kind::PrintEnd, "'}}'");
            } else {
                m_tokens.expect(Token::Kind::BlockBegin, "a tag");
                const std::string name = m_tokens.at(Token::Kind::Name) ? m_tokens.peek().text : std::string();
                if (std::ranges::find(ends, name) != ends.end()) {
                    --m_nesting;
                    return block;
                }
                parseTag(statement, block);
                continue;
            }
            block.push_back(std::move(statement));
        }
        if (ends.size() > 0)
            m_tokens.fail(fmt::format("'{}' is missing", std::data(ends)[ends.size() - 1]));
        --m_nesting;
        return block;
    }

    Statement start(Kind kind) const {
        Statement statement;
        statement.kind = kind;
        statement.line = m_tokens.line();
        return statement;
    }

    void parseTag(Statement& statement, Block& block) {
        const std::string name = m_tokens.expectName();
        if (name == "if")
            parseIf(statement);
        else if (name == "for")
            parseFor(statement);
        else if (name == "set")
            parseSet(statement);
        else if (name == "macro")
            parseMacro(statement);
        else if (name == "call")
            parseCall(statement);
        else if (name == "filter") {
            statement.value = m_expressions.parseBlockFilters();
            parseBody(statement, Kind::Filter, "endfilter");
        } else if (name == "with")
            parseWith(statement);
        else if (name == "generation") // marks the assistant's text for training; prints what is inside
            parseBody(statement, Kind::Scope, "endgeneration");
        else if (name == "break" || name == "continue") {
            if (m_loops == 0)
                m_tokens.fail(fmt::format("'{}' stands outside a loop", name));
            statement.kind = name == "break" ? Kind::Break : Kind::Continue;
            endTag();
        } else
            refuse(name);
        block.push_back(std::move(statement));
    }

    [[noreturn]] void refuse(const std::string& name) const {
        constexpr std::array kForeign = {"block", "extends", "include",    "import", "from",
                                         "do",    "trans",   "autoescape", "debug"};
        if (std::ranges::find(kForeign, name) != kForeign.end())
            m_tokens.fail(fmt::format("the tag '{}' is not supported", name), ErrorKind::Unsupported);
        m_tokens.fail(fmt::format("the tag '{}' is unknown or out of place", name));
    }

    void endTag() { m_tokens.expect(Token::Kind::BlockEnd, "the end of the tag"); }

    void parseBody(Statement& statement, Kind kind, const char* end) {
        statement.kind = kind;
        endTag();
        statement.body = parseBlock({end});
        m_tokens.next();
        endTag();
    }

    /// Reads from behind "if" or "elif" to the end of the whole chain.
    void parseIf(Statement& statement) {
        statement.kind = Kind::If;
        statement.value = m_expressions.parse(true, false);
        endTag();
        statement.body = parseBlock({"elif", "else", "endif"});
        const std::string name = m_tokens.expectName();
        if (name == "elif") {
            if (++m_nesting > kNestingLimit)
                m_tokens.fail("the template is nested too deeply");
            Statement next = start(Kind::If);
            parseIf(next);
            statement.otherwise.push_back(std::move(next));
            --m_nesting;
            return;
        }
        endTag();
        if (name == "else") {
            statement.otherwise = parseBlock({"endif"});
            m_tokens.next();
            endTag();
        }
    }

    void parseFor(Statement& statement) {
        statement.kind = Kind::For;
        statement.target = m_expressions.parseTarget(false);
        if (!m_tokens.takeName("in"))
            m_tokens.fail("'in' is expected");
        statement.value = m_expressions.parse(true, false);
        if (m_tokens.takeName("if"))
            statement.condition = m_expressions.parse();
        if (m_tokens.atName("recursive"))
            m_tokens.fail("recursive loops are not supported", ErrorKind::Unsupported);
        endTag();
        ++m_loops;
        statement.body = parseBlock({"else", "endfor"});
        --m_loops;
        const bool otherwise = m_tokens.expectName() == "else";
        endTag();
        if (otherwise) {
            statement.otherwise = parseBlock({"endfor"});
            m_tokens.next();
            endTag();
        }
    }

    void parseSet(Statement& statement) {
        statement.target = m_expressions.parseTarget(true);
        if (m_tokens.takeOperator("=")) {
            statement.kind = Kind::Set;
            statement.value = m_expressions.parse(true);
            return endTag();
        }
        if (m_tokens.atOperator("|"))
            statement.value = m_expressions.parseFilters(nullptr);
        parseBody(statement, Kind::SetBlock, "endset");
    }

    void parseMacro(Statement& statement) {
        statement.text = m_tokens.expectName();
        m_tokens.expectOperator("(");
        parseParameters(statement);
        parseMacroBody(statement, Kind::Macro, "endmacro");
    }

    void parseCall(Statement& statement) {
        statement.text = "caller";
        if (m_tokens.takeOperator("("))
            parseParameters(statement);
        statement.value = m_expressions.parse();
        if (statement.value->kind != Expression::Kind::Call)
            m_tokens.fail("'call' wants the call of a macro");
        parseMacroBody(statement, Kind::Call, "endcall");
    }

    /// From behind the bracket that opens them to the one that closes them.
    void parseParameters(Statement& statement) {
        while (!m_tokens.takeOperator(")")) {
            if (!statement.parameters.empty())
                m_tokens.expectOperator(",");
            Parameter parameter{m_tokens.expectName(), nullptr};
            if (m_tokens.takeOperator("="))
                parameter.absent = m_expressions.parse();
            else if (!statement.parameters.empty() && statement.parameters.back().absent)
                m_tokens.fail("a parameter without default stands behind one with");
            statement.parameters.push_back(std::move(parameter));
        }
    }

    void parseMacroBody(Statement& statement, Kind kind, const char* end) {
        const int loops = std::exchange(m_loops, 0); // a macro cannot break the loop it is called in
        parseBody(statement, kind, end);
        m_loops = loops;
    }

    void parseWith(Statement& statement) {
        while (!m_tokens.at(Token::Kind::BlockEnd)) {
            if (!statement.parameters.empty())
                m_tokens.expectOperator(",");
            Parameter parameter{m_tokens.expectName(), nullptr};
            m_tokens.expectOperator("=");
            parameter.absent = m_expressions.parse();
            statement.parameters.push_back(std::move(parameter));
        }
        parseBody(statement, Kind::Scope, "endwith");
    }

    TokenStream m_tokens;
    ExpressionParser m_expressions;
    int m_nesting = 0;
    int m_loops = 0; ///< that the tag being read stands in
};

} // namespace

Block parseTemplate(std::string_view source) {
    return TemplateParser(source).run();
}

} // namespace vernier::jinja
