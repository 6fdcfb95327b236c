#include "core/curate/filter.h"

#include "core/base/error.h"
#include "core/curate/filter_tree.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

std::string describe(const FilterNode& node) {
    const auto list = [&] {
        std::string text;
        for (const FilterNode& child : node.children)
            text += " " + describe(child);
        return text;
    };
    switch (node.kind) {
    case FilterNode::Kind::All:
        return "(all" + list() + ")";
    case FilterNode::Kind::Any:
        return "(any" + list() + ")";
    case FilterNode::Kind::Not:
        return "(not" + list() + ")";
    case FilterNode::Kind::Phrase:
        return "'" + node.text + "'";
    case FilterNode::Kind::Name:
        return std::string(kFilterFields[static_cast<int>(node.field)].name) + "=" + node.text;
    case FilterNode::Kind::Range:
        return fmt::format("{}{}{},{}{}", kFilterNumbers[static_cast<int>(node.number)].name, node.openLow ? '(' : '[',
                           node.low, node.high, node.openHigh ? ')' : ']');
    case FilterNode::Kind::Flag:
        return fmt::format("flag{}", static_cast<int>(node.flag));
    }
    return {};
}

std::string parsed(std::string_view expression) {
    const Filter filter = Filter::parse(expression);
    return filter.empty() ? "" : describe(*filter.root());
}

std::string complaint(std::string_view expression) {
    try {
        Filter::parse(expression);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_FALSE(error.remedy().empty());
        return error.place() + ": " + error.problem();
    }
    return "accepted";
}

TEST(Filter, ParsesTermsOfEveryKind) {
    EXPECT_EQ(parsed(""), "");
    EXPECT_EQ(parsed("  \t"), "");
    EXPECT_EQ(parsed("hello"), "'hello'");
    EXPECT_EQ(parsed("\"two words\""), "'two words'");
    EXPECT_EQ(parsed(R"("a \"quote\" \\ \n")"), R"('a "quote" \ \n')");
    EXPECT_EQ(parsed("domain:code"), "domain=code");
    EXPECT_EQ(parsed("domain:\"my domain\""), "domain=my domain");
    EXPECT_EQ(parsed("source:*.jsonl"), "source=*.jsonl");
    EXPECT_EQ(parsed("lang:de script:Latin tag:x in:calibration"), "(all lang=de script=Latin tag=x in=calibration)");
    EXPECT_EQ(parsed("tokens>200"), "tokens(200,inf]");
    EXPECT_EQ(parsed("tokens>=200"), "tokens[200,inf]");
    EXPECT_EQ(parsed("ppl<30.5"), "ppl[-inf,30.5)");
    EXPECT_EQ(parsed("gain<=0.1"), "gain[-inf,0.1]");
    EXPECT_EQ(parsed("bytes=12"), "bytes[12,12]");
    EXPECT_EQ(parsed("tokens:100..400"), "tokens[100,400]");
    EXPECT_EQ(parsed("dup"), "flag0");
    EXPECT_EQ(parsed("is:conversation"), "flag1");
    EXPECT_EQ(parsed("\"dup\""), "'dup'");
    EXPECT_EQ(parsed("C++"), "'C++'");
    EXPECT_EQ(parsed("3:4"), "'3:4'"); // no field begins with a digit
}

TEST(Filter, JoinsTerms) {
    EXPECT_EQ(parsed("a b OR c"), "(any (all 'a' 'b') 'c')");
    EXPECT_EQ(parsed("a AND b"), "(all 'a' 'b')");
    EXPECT_EQ(parsed("a (b OR c) -d"), "(all 'a' (any 'b' 'c') (not 'd'))");
    EXPECT_EQ(parsed("-(a b)"), "(not (all 'a' 'b'))");
    EXPECT_EQ(parsed("--a"), "'a'");
    EXPECT_EQ(parsed("((a))"), "'a'");
    EXPECT_EQ(parsed("(a)OR(b)"), "(any 'a' 'b')");
    EXPECT_EQ(parsed("or ORDER"), "(all 'or' 'ORDER')");
    EXPECT_EQ(parsed("domain:code tokens>200 -dup"), "(all domain=code tokens(200,inf] (not flag0))");
}

TEST(Filter, SaysWhereItIsWrong) {
    EXPECT_EQ(complaint("a (b"), "filter, column 3: this parenthesis is not closed");
    EXPECT_EQ(complaint("a )"), "filter, column 3: there is no parenthesis that this one closes");
    EXPECT_EQ(complaint("ä \"b"), "filter, column 3: this quote is not closed");
    EXPECT_EQ(complaint("domian:code"), "filter, column 1: there is no field domian");
    EXPECT_EQ(complaint("x domain:"), "filter, column 10: domain has no value");
    EXPECT_EQ(complaint("domain>3"), "filter, column 7: domain is no number");
    EXPECT_EQ(complaint("tokens>many"), "filter, column 8: a number is missing here");
    EXPECT_EQ(complaint("tokens>"), "filter, column 8: a number is missing here");
    EXPECT_EQ(complaint("tokens>nan"), "filter, column 8: a number is missing here");
    EXPECT_EQ(complaint("tokens>20x"), "filter, column 10: this does not belong to a number");
    EXPECT_EQ(complaint("tokens:1.."), "filter, column 11: a number is missing here");
    EXPECT_EQ(complaint("is:odd"), "filter, column 4: odd is not known");
    EXPECT_EQ(complaint("OR a"), "filter, column 1: a term is missing here");
    EXPECT_EQ(complaint("a OR"), "filter, column 5: a term is missing here");
    EXPECT_EQ(complaint("()"), "filter, column 2: a term is missing here");
    EXPECT_EQ(complaint("a - b"), "filter, column 3: the minus stands alone");
    EXPECT_EQ(complaint("-"), "filter, column 1: the minus stands alone");
}

TEST(Filter, BoundsWhatItReads) {
    EXPECT_EQ(complaint(std::string(60, '(')), "filter, column 51: more than 50 parentheses stand inside each other");
    EXPECT_EQ(complaint(std::string(20'000, 'a')), "filter: is longer than 10000 bytes");
    EXPECT_EQ(complaint("\xFF"), "filter: is not valid UTF-8");
    EXPECT_EQ(parsed(std::string(9'001, '-') + "a"), "(not 'a')");
}

} // namespace
} // namespace vernier
