import { History } from './history.ts';
import { listHistory } from './historyList.ts';
import { startPhone } from './phone.ts';
import { listSeeds } from './seedList.ts';
import { startSignIn } from './signIn.ts';

const history = new History();
listHistory(history);
listSeeds(startSignIn(history).tryChallenge);
startPhone(history);
