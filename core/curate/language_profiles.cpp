#include "core/curate/language_profiles.h"

#include <array>

namespace vernier {

namespace {

// Function words: articles, pronouns, prepositions, conjunctions, forms of "to be" and "to have". They make up a third
// to a half of any running text and hardly depend on what it is about.
constexpr std::array kProfiles = {
    LanguageProfile{"en", Script::Latin,
                    "the of and to in is that it was for on are as with his they at be this have from or had by but "
                    "what all were we when your can said there an which their if will not has who been its would you "
                    "he she i my",
                    ""},
    LanguageProfile{"fr", Script::Latin,
                    "le la les de des du et est en un une que qui dans pour pas sur au aux avec ce ces cette il elle "
                    "ils nous vous je ne se son sa ses par plus ou mais sont été être l d qu n s c toute tout leur",
                    "œêùûîç"},
    LanguageProfile{"de", Script::Latin,
                    "der die das und ist in den von zu mit sich des auf für nicht ein eine dem im es auch als an er "
                    "hat werden aus sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur "
                    "oder aber ich wir jeder zur",
                    "ß"},
    LanguageProfile{"es", Script::Latin,
                    "el la los las de del y que en un una es por con no para su sus se al lo como más pero este esta "
                    "ya o fue ha muy sin sobre también me hasta hay donde quien desde todo nos toda son era",
                    "ñ¿¡"},
    LanguageProfile{"pt", Script::Latin,
                    "o a os as de do da dos das e que em um uma é por com não para seu sua se ao na no nas nos como "
                    "mais mas este esta foi são ou à pelo pela também só já isso ele ela eu você muito toda todo pode",
                    "ãõ"},
    LanguageProfile{
        "it", Script::Latin,
        "il lo la i gli le di del della dei delle e che in un una è per con non si al alla da dal nel nella "
        "sono come più ma questo questa anche ha o su suo sua se ogni essere stato quando chi",
        "ìò"},
    LanguageProfile{"ca", Script::Latin,
                    "el la els les de del dels i que en un una és per amb no al als seu seva com més però aquest "
                    "aquesta també ha o tota té són ser hi ho perquè molt aquestes pel",
                    "ŀ"},
    LanguageProfile{"ro", Script::Latin,
                    "și de la în a al ale cu pe nu o un este sunt care din pentru că se mai fi prin ca sau lui dar "
                    "fost au are orice are sa ei el ea într ce după dacă",
                    "ășțşţ"},
    LanguageProfile{"nl", Script::Latin,
                    "de het een en van in is dat op te zijn met voor niet aan er om als ook door maar bij nog naar dan "
                    "heeft hij zij wordt of uit wat worden hun ze had over ik je deze tot heeft",
                    ""},
    LanguageProfile{"sv", Script::Latin,
                    "och i att det som en på är av för med den till inte ett om har de var jag han men vi från eller "
                    "sig så när hon vid skall ska kan där sin hans ut upp efter också varje",
                    ""},
    LanguageProfile{"da", Script::Latin,
                    "og i at det som en på er af for med den til ikke et om har de var jeg han men vi fra eller sig så "
                    "hun ved skal kan der sin hans ud op efter også hvad mig dig blev nogen",
                    ""},
    LanguageProfile{"no", Script::Latin,
                    "og i å det som en på er av for med den til ikke et om har de var jeg han men vi fra eller seg så "
                    "hun ved skal kan der sin hans ut opp etter også hva meg deg ble noen",
                    ""},
    LanguageProfile{"fi", Script::Latin,
                    "ja on ei se että hän oli ole kun mutta myös tai niin joka ovat mitä sen jos kuin hänen minä olla "
                    "vain nyt jotka sekä ne jo siitä tämä tämän ovat minun",
                    ""},
    LanguageProfile{"hu", Script::Latin,
                    "a az és hogy nem is egy van meg ez de csak már el mint vagy ha volt minden még ki kell mert azt "
                    "aki ezt lehet sem saját amely által valamint úgy nagyon",
                    "őű"},
    LanguageProfile{"cs", Script::Latin,
                    "a je se v na že to s z do o i jako by si ve pro za který které nebo jsou ale po má při jeho aby "
                    "být jeho ke k byl jsem bylo není od už",
                    "ěřů"},
    LanguageProfile{"sk", Script::Latin,
                    "a je sa v na že to s z do o i ako by si vo pre za ktorý ktoré alebo sú ale po má pri jeho aby byť "
                    "ku k bol som bolo nie od už",
                    "ľĺŕô"},
    LanguageProfile{"pl", Script::Latin,
                    "i w z na do nie się że to jest o jak a po co za od ale czy przez oraz lub dla jego są być ma tak "
                    "przy przed jej ich może który która które był było już tym",
                    "łąęśźżń"},
    LanguageProfile{"hr", Script::Latin,
                    "i je u na se da za od s su ne koji koja kao o bi iz po što ali ili ima sve svoje biti "
                    "nije sam bio kako njegov samo može",
                    "đ"},
    LanguageProfile{"tr", Script::Latin,
                    "ve bir bu da de için ile olarak her veya ne gibi çok daha o ki olan var ama ise en "
                    "sonra kadar değil ben bunu şu",
                    "ğış"},
    LanguageProfile{"vi", Script::Latin,
                    "và của có là được cho không trong các một những người với này đã để về khi như từ tôi nó ra ở vào "
                    "cũng hay mọi phải",
                    "ơưđạảấầẩậắằặẹẻẽếềểệịọỏốồổộớờởợụủứừửựỵỷỹ"},
    LanguageProfile{"id", Script::Latin,
                    "yang dan di dengan untuk dalam tidak ini itu dari pada adalah akan oleh atau dia saya kami juga "
                    "ke sebagai telah bisa ada mereka sudah karena",
                    ""},
    LanguageProfile{"sw", Script::Latin,
                    "na ya wa kwa ni katika za la au kila ana kuwa yake cha hii vya ina lakini bila "
                    "wote watu huo hayo kama pia sana mimi wake yoyote",
                    ""},
    LanguageProfile{"ru", Script::Cyrillic,
                    "и в не на что он с как это по но из у за от к то же для быть или его все "
                    "мы она они был так о также а бы при только",
                    "ыэё"},
    LanguageProfile{"uk", Script::Cyrillic,
                    "і в не на що він з як це по але із у за від до то та для бути або його всі "
                    "ми вона вони був так про також й при й які",
                    "іїєґ"},
    LanguageProfile{"be", Script::Cyrillic,
                    "і ў не на што ён з як гэта па але у за ад да то ці для быць або яго ўсе права "
                    "мы яна яны быў так пра",
                    "ўы"},
    LanguageProfile{"bg", Script::Cyrillic,
                    "и в не на че той с как това по но от у за до да се е са или си има който които при "
                    "като ще бъде така тя те му",
                    "ъ"},
    LanguageProfile{"sr", Script::Cyrillic,
                    "и је у на се да за од с су не који која као о би из по што али или има све своје "
                    "бити није сам био како само",
                    "јљњћђџ"},
    LanguageProfile{"ar", Script::Arabic, "في من على أن إلى هذا هذه التي الذي ما لا أو كل عن مع كان لم إن ولا وفي لكل",
                    "ةىأإ"},
    LanguageProfile{"fa", Script::Arabic, "و در به از که این است را با برای می های هر یا آن خود شود دارد یک بر تا نیست",
                    "پچژگ"},
    LanguageProfile{"ur", Script::Arabic, "کے میں کی ہے اور سے کا کو پر نے ہر یا جس ہیں ہو کہ نہیں اس یہ بھی ایک",
                    "ٹڈڑںےہ"},
    LanguageProfile{"hi", Script::Devanagari,
                    "के में की है और से का को पर ने हैं नहीं यह भी कि किसी या प्रत्येक तथा एक हो करने लिए था जो इस", ""},
    LanguageProfile{"mr", Script::Devanagari, "आहे आणि या व ते हे तो नाही आहेत किंवा ही त्या प्रत्येक असे मी की होते त्याला करून",
                    "ळ"},
    LanguageProfile{"ne", Script::Devanagari, "छ र को मा ले हो गर्न भने पनि छन् छैन प्रत्येक वा लाई तथा यो गरेको", ""},
};

} // namespace

std::span<const LanguageProfile> languageProfiles() {
    return kProfiles;
}

} // namespace vernier
