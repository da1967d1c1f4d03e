/**
 * Common passwords in lower case: from keyboards, calendars, names, love and games, in English and in
 * pinyin. Short ones are listed too, since they are looked up without the digits around them.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
00000000 11111111 12121212 12312312 123123123 12341234 123454321 12345678 123456789 1234567890
123456781 123456987 123654789 123698745 13131313 13145200 1314521 1314520 14725836 147258369
147852369 15935728 159357258 159753456 20002000 20202020 22222222 31415926 33333333 44444444
52013140 5201314 521521521 55555555 56785678 66666666 741852963 77777777 78787878 789456123
78963214 87654321 88888888 963852741 98765432 987654321 9876543210 99999999 0123456789 01234567
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1a2b3c4d 1234qwer 123456qwe
123456abc 123456aa 123qweasd 123qwe123 12qwaszx 1qwertyu 2wsx3edc a1b2c3d4 a1234567 a12345678
a123456789 aa123456 aa12345678 aaaa1111 aaaaaaaa abc12345 abc123456 abcd1234 abcd12345 abcdefgh
abcdef abcd abcabc admin admin123 admin1234 adminadmin administrator alpha amanda america andrea
andrew angel angelina anthony apple april arsenal asdasd asdasdasd asdf asdf1234 asdfasdf asdfgh
asdfghj asdfghjk asdfghjkl asshole august austin babygirl badboy bailey banana barcelona baseball
basketball batman bear beautiful benjamin bestfriend bigdaddy bismillah blahblah blessed blink
bond007 booboo brandon brooklyn buddy butterfly buttercup caonima carlos caroline casper celtic
changeit changeme charles charlie cheese chelsea chicken china chocolate chris christian
christopher claudia coffee computer cookie corvette cowboys crystal dallas daniel daniela
darkness december default diamond dolphin donald douyin douyin123 dragon eagle elephant elizabeth
eminem enter estrella evergreen everton facebook falcon family fashion february fender ferrari
fishing flower football forever francis freedom friday friend friends fuckme fuckoff fuckyou
gabriel garfield genesis george ginger godisgood golden goodluck google gordon guest guitar gundam
hannah happy happyday hardcore harley harrypotter heather heaven hello hello123 helloworld hockey
holiday hongkong hottie house hunter iceman iloveu iloveyou iloveyou1 iloveyou2 inlove internet
jackson january jasmine jason jennifer jessica jesus jesuschrist jiayou joanna jonathan jordan
jordan23 joseph joshua juventus justin kawasaki killer killer123 kimberly kitten kitty laptop
lauren letmein letmein1 liverpool login london lovely loveme lover loveyou lucky maggie manchester
marina marlboro martin master matrix matthew mercedes merlin metallica michael michelle mickey
midnight minecraft mommy money monica monkey monster morgan mother mustang mylove mypassword naruto
nathan newyork nicholas nicole nihao nintendo nirvana nothing november october oliver orange p@ssw0rd
p@ssword pa55word pass pass1234 passw0rd passwd password password1 password12 password123 patrick
peanut pepper phoenix pikachu playstation please pokemon police porsche power prince princess
princess1 purple pussy q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx qazwsxed qazwsxedc qazxsw
qingtian qq123456 qq123456789 qwaszx qwer qwer1234 qwer12345 qwerasdf qwerqwer qwert qwert12345
qwerty qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwertyu qweasd qweasdzxc qweqwe qweqweqwe
rainbow ranger realmadrid rebecca remember richard robert rockstar ronaldo root samantha samsung
samuel sandra saturday scooter scorpion secret september serenity server shadow shanghai
shannon simple skywalker slipknot snoopy snowball soccer softball spiderman spring starwars
stella steven strawberry summer sunday sunflower sunshine superman superstar support supreme
sweet sweetheart taylor teacher tennis test test1234 testtest thomas thunder tigger tiger
tiktok tinkerbell toor topsecret toyota trinity trustno1 twilight unknown user username valentina
vampire vanessa victor victoria vincent wang1234 warcraft welcome welcome1 whatever william
willow windows winner winter wizard wolf woaini woaini1314 woaini520 woaini521 woaimama wodemima
woaiwojia worldcup xiaoming xiaoxiao yankees yamaha yellow yuantuo zaq12wsx zaq1zaq1 zaqwsx
zhang123 zhangwei zhongguo zidane zxcasd zxcv zxcv1234 zxcvbn zxcvbnm zxcvbnm1 zxczxc
`
    .trim()
    .split(/\s+/),
)
